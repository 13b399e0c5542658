import { PlatformError } from '@ml-platform/errors';
import { mergeParams, parseOverrides, readParamsFiles } from '@ml-platform/pipeline';
import type { FoundPipeline } from '../start/find-pipeline.ts';

type PipelineDocument = FoundPipeline['document'];

/** A step that puts a model into a registry, and where. */
export interface RegistrationStep {
  readonly step: string;
  /** Under which its parameters stand. */
  readonly paramsKey: string;
  readonly model: string;
  /** From the workspace's folder. */
  readonly modelsFolder: string;
}

export interface Given {
  readonly params: readonly string[];
  readonly environment?: string;
}

type Properties = Readonly<Record<string, { readonly default?: unknown }>>;

/** Whether a run of the pipeline ends with a model in a registry. */
export function registersModels(document: PipelineDocument): boolean {
  return document.steps.some(({ paramsKey }) => isRegistration(propertiesOf(document, paramsKey)));
}

/**
 * The steps of a pipeline that register a model: those with the parameters of a generated `register` step.
 *
 * @throws PlatformError `config` where such a step can't be told to make a candidate, and for parameters that are wrong.
 */
export function registrationSteps(document: PipelineDocument, project: string, given: Given): RegistrationStep[] {
  const files = readParamsFiles(project, given.environment);
  const overrides = parseOverrides(document, given.params);
  const found = document.steps.filter(({ paramsKey }) => isRegistration(propertiesOf(document, paramsKey)));
  return found.map(({ name, paramsKey, fixedParams }) => {
    const properties = propertiesOf(document, paramsKey);
    if (properties.alias === undefined) throw hasNoAlias(document.name, name);
    const values = { ...mergeParams(paramsKey, files, overrides), ...fixedParams };
    const wordOf = (key: string) => String(values[key] ?? properties[key]?.default);
    return { step: name, paramsKey, model: wordOf('modelName'), modelsFolder: wordOf('modelsFolder') };
  });
}

function isRegistration(properties: Properties): boolean {
  return 'modelName' in properties && 'modelsFolder' in properties;
}

function propertiesOf({ params }: PipelineDocument, key: string): Properties {
  return (params[key]?.properties ?? {}) as Properties;
}

function hasNoAlias(pipeline: string, step: string): PlatformError {
  return new PlatformError(
    `step '${step}' of pipeline '${pipeline}' has no parameter 'alias': it can make no candidate`,
    {
      code: 'config',
      hint: `add alias: z.string().default('champion') to its parameters, and give it to promote, as 'nx g step' does now`,
    },
  );
}
