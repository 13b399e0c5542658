import { stepDefinition } from '../closure/step-definition.ts';
import type { PipelineDocument } from '../document/document.ts';
import { fingerprints } from './file-param.ts';
import { type ParamValues, parseOverrides } from './overrides.ts';
import { readParamsFiles } from './params-file.ts';
import { checkAllParams } from './check-all-params.ts';
import { checkSections, mergeParams } from './resolve-params.ts';

/** What was given to a run as a whole: it reaches each step through environment variables. */
export interface InheritedOptions {
  readonly params: readonly string[];
  readonly environment?: string;
  /** Runs each step, whatever is there. */
  readonly force?: boolean;
}

/** The environment variable that carries a run's options to the steps of a pipeline. */
export function runVariable(pipeline: string): string {
  return `ML_RUN_${constant(pipeline)}`;
}

/**
 * The environment variable that is a cache key: one parameter key's values as far as files and `--param` set them, and
 * what changes when the files change that they name.
 */
export function paramsVariable(pipeline: string, key: string): string {
  return `ML_PARAMS_${constant(pipeline)}_${constant(key)}`;
}

/** The environment variable that is a cache key: what the pipeline's definition says of a step. */
export function stepVariable(pipeline: string, step: string): string {
  return `ML_STEP_${constant(pipeline)}_${constant(step)}`;
}

/**
 * The variables of a run, by name.
 *
 * @throws PlatformError for a parameter file or a `--param` that can't be right, before the first step runs.
 */
export function runVariables(
  document: PipelineDocument,
  project: string,
  options: InheritedOptions,
): Record<string, string> {
  const paramsFiles = readParamsFiles(project, options.environment);
  checkSections(document, paramsFiles);
  const overrides: ParamValues = parseOverrides(document, options.params);
  checkAllParams(document, paramsFiles, overrides, project);
  const keys = Object.keys(document.params).map((key) => {
    const values = mergeParams(key, paramsFiles, overrides);
    const files = filesOf(document, key, values, project);
    return [paramsVariable(document.name, key), JSON.stringify(files.length === 0 ? values : [values, files])];
  });
  const definitions = document.steps.map((step) => {
    return [stepVariable(document.name, step.name), stepDefinition(document, step)];
  });
  return {
    ...Object.fromEntries(keys),
    ...Object.fromEntries(definitions),
    [runVariable(document.name)]: JSON.stringify(options),
  };
}

/** Of each step with this parameter key that names files: what changes when they do. */
function filesOf(
  { steps, params }: PipelineDocument,
  key: string,
  values: Readonly<Record<string, unknown>>,
  project: string,
): object[] {
  return steps
    .filter(({ paramsKey }) => paramsKey === key)
    .map(({ fixedParams }) => fingerprints(params[key] ?? {}, { ...values, ...fixedParams }, project))
    .filter((files) => Object.keys(files).length > 0);
}

export function inheritedOptions(pipeline: string, env: NodeJS.ProcessEnv = process.env): InheritedOptions {
  const text = env[runVariable(pipeline)];
  return text ? (JSON.parse(text) as InheritedOptions) : { params: [] };
}

function constant(name: string): string {
  return name.replaceAll('-', '_').toUpperCase();
}
