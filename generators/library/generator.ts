import { fileURLToPath } from 'node:url';
import type { Tree } from '@nx/devkit';
import { type CommonOptions, defineGenerator } from '../engine/define-generator.ts';
import { inFolder } from '../engine/in-folder.ts';
import { renderFolder } from '../engine/render.ts';

/** As in schema.json. */
export interface LibraryOptions extends CommonOptions {
  readonly name: string;
  readonly description?: string;
}

const FILES = fileURLToPath(new URL('./files', import.meta.url));

/** `nx g library NAME`: code that several pipelines and services share. */
export default defineGenerator((_tree: Tree, { name, description = 'What several projects share' }: LibraryOptions) => {
  const files = inFolder(`libs/${name}`, renderFolder(FILES, { name, description }));
  return {
    files,
    installs: true,
    next: [`npx nx test ${name}`],
  };
});
