import { z } from 'zod';
import { filledIn } from '../document/check-document.ts';
import type { PipelineDocument } from '../document/document.ts';
import type { ParamValues } from './overrides.ts';
import type { ParamsFile } from './params-file.ts';
import { checkParams } from './resolve-params.ts';

/**
 * Checks the parameters of every step as far as the document tells, so that a slip in those of the last one shows before
 * the first one runs. Each step checks its own again, by its own schema.
 *
 * @throws PlatformError `config` naming file, line and key.
 */
export function checkAllParams(
  { params, steps }: PipelineDocument,
  files: readonly ParamsFile[],
  overrides: ParamValues,
  project: string,
): void {
  for (const { paramsKey: key, fixedParams: fixed = {}, ...step } of steps) {
    const schema = readSchema(params[key]);
    if (schema) checkParams(schema, { key, files, overrides, fixed, project }, filledIn(step));
  }
}

/** `undefined` where zod can't read back what it wrote, which it promises for the common types alone. */
function readSchema(schema: PipelineDocument['params'][string] | undefined): z.ZodType | undefined {
  try {
    return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  } catch {
    return undefined;
  }
}
