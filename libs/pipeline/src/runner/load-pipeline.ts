import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PlatformError } from '@ml-platform/errors';
import type { Pipeline } from '../definition/define-pipeline.ts';

/**
 * The default export of a pipeline file.
 *
 * @throws PlatformError `notFound` without the file, `config` where it exports no pipeline.
 */
export async function loadPipeline(file: string): Promise<Pipeline> {
  const path = compiledWhereBundled(resolve(file));
  const module = await import(pathToFileURL(path).href).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ERR_MODULE_NOT_FOUND' || !cause.message.includes(path)) throw cause;
    throw new PlatformError(`there is no pipeline file ${path}`, {
      code: 'notFound',
      hint: 'name it as --pipeline apps/NAME/src/pipeline.ts',
      cause,
    });
  });
  const pipeline = (module as { default?: Partial<Pipeline> }).default;
  if (pipeline?.steps !== undefined && pipeline.name !== undefined) return pipeline as Pipeline;
  throw new PlatformError(`${path} has no pipeline as its default export`, {
    code: 'config',
    hint: "write in it: export default definePipeline('name', ({ add }) => { … })",
  });
}

/** A bundle holds `pipeline.js` where the workspace holds `pipeline.ts`, and is called by the same name. */
function compiledWhereBundled(path: string): string {
  const compiled = path.replace(/\.ts$/, '.js');
  return !existsSync(path) && existsSync(compiled) ? compiled : path;
}
