import { fileURLToPath } from 'node:url';

/** Absolute path of the folder that this command belongs to. */
export const WORKSPACE = fileURLToPath(new URL('../../../', import.meta.url));
