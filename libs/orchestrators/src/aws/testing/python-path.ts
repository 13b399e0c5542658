import { fileURLToPath } from 'node:url';

/** Where validators in Python find the module that they share. */
export const SHAPES = {
  PYTHONPATH: fileURLToPath(new URL('.', import.meta.url)),
  PYTHONDONTWRITEBYTECODE: '1',
};
