import type { PipelineDocument } from '../document/document.ts';
import { type ParamValues, parseOverrides } from './overrides.ts';
import { readParamsFiles } from './params-file.ts';
import { checkSections, mergeParams } from './resolve-params.ts';

/** What was given to a run as a whole: it reaches each step through environment variables. */
export interface InheritedOptions {
  readonly params: readonly string[];
  readonly environment?: string;
}

/** The environment variable that carries a run's options to the steps of a pipeline. */
export function runVariable(pipeline: string): string {
  return `ML_RUN_${constant(pipeline)}`;
}

/** The environment variable that holds one parameter key's values as far as files and `--param` set them: a cache key. */
export function paramsVariable(pipeline: string, key: string): string {
  return `ML_PARAMS_${constant(pipeline)}_${constant(key)}`;
}

/**
 * The variables of a run, by name.
 *
 * @throws PlatformError for a parameter file or a `--param` that can't be right (see `checkSections`, `parseOverrides`).
 */
export function runVariables(
  document: PipelineDocument,
  project: string,
  options: InheritedOptions,
): Record<string, string> {
  const files = readParamsFiles(project, options.environment);
  checkSections(document, files);
  const overrides: ParamValues = parseOverrides(document, options.params);
  const keys = Object.keys(document.params).map((key) => [
    paramsVariable(document.name, key),
    JSON.stringify(mergeParams(key, files, overrides)),
  ]);
  return { ...Object.fromEntries(keys), [runVariable(document.name)]: JSON.stringify(options) };
}

export function inheritedOptions(pipeline: string, env: NodeJS.ProcessEnv = process.env): InheritedOptions {
  const text = env[runVariable(pipeline)];
  return text ? (JSON.parse(text) as InheritedOptions) : { params: [] };
}

function constant(name: string): string {
  return name.replaceAll('-', '_').toUpperCase();
}
