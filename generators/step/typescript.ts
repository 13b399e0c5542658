import { createRequire } from 'node:module';
import type typescript from 'typescript';

/** Required, not imported: for an import, Node looks for the names of its exports in 9 MB of text. */
export const ts: typeof typescript = createRequire(import.meta.url)('typescript');
