export {
  type ArtifactType,
  defineArtifact,
  type InputTypes,
  isMany,
  isMetrics,
  type ManyType,
  type MetricsType,
  type OutputTypes,
} from './artifacts/artifact-type.ts';
export { csv, dataset, directory, json, many, metrics, onnxModel, parquet, report } from './artifacts/artifacts.ts';
export {
  type AddOptions,
  definePipeline,
  type Pipeline,
  type PipelineBuilder,
  type PipelineOptions,
  type PlacedStep,
} from './definition/define-pipeline.ts';
export {
  defineStep,
  type PythonScript,
  python,
  ray,
  type Step,
  type StepContext,
  type StepSpec,
  spark,
} from './definition/define-step.ts';
export { RESERVED_NAMES } from './definition/names.ts';
export type { ManyHandle, MetricHandle, MetricsHandle, OutputHandle } from './definition/handles.ts';
export { checkDocument, readOutputs, stepOrder, upstream } from './document/check-document.ts';
export { type Condition, DOCUMENT_VERSION, type PipelineDocument, type StepDocument } from './document/document.ts';
export { parseDuration, parseMemory } from './document/quantities.ts';
export { projectRoot, toDocument } from './document/to-document.ts';
export { type ParamValues, parseOverrides } from './params/overrides.ts';
export { type ParamsFile, readParamsFiles } from './params/params-file.ts';
export { withParams } from './params/with-params.ts';
export { checkSections, mergeParams, type ParamSources, resolveParams } from './params/resolve-params.ts';
export { type EnvironmentOptions, pythonEnvironment } from './python/python-environment.ts';
export { type RunOptions, runStep, type StepResult } from './runner/run-step.ts';
export { type AloneOptions, runStepAlone } from './runner/run-step-alone.ts';
export { stepDefinition } from './closure/step-definition.ts';
export { dvcFiles, type DvcSettings } from './ledger/dvc-files.ts';
export { dvcSettings } from './ledger/dvc-settings.ts';
export { hasParams } from './document/has-params.ts';
export { type StepInputs, stepInputs } from './closure/step-inputs.ts';
export { importClosure } from './closure/import-closure.ts';
export { loadPipeline } from './runner/load-pipeline.ts';
export { readDocument } from './document/read-document.ts';
export { type InheritedOptions, paramsVariable, runVariables, stepVariable } from './params/run-variables.ts';
export { pipelineJsonSchema } from './document/json-schema.ts';
export { readOutcomes, type StepOutcome } from './runner/outcome.ts';
export { hashArtifact } from './runner/run-record.ts';
export { artifactsFolder, runRecordFile } from './runner/layout.ts';
export { findUpwards } from './workspace/find-upwards.ts';
export { toPosix } from './workspace/to-posix.ts';
export { workspaceRoot } from './workspace/workspace-root.ts';
export { lockRequirements } from './python/lock-requirements.ts';
export { file, pathParams } from './params/file-param.ts';
export { isRunning } from './process/is-running.ts';
export { defaultCache } from './python/uv.ts';
export type { StepAnswer, StepRequest } from './runner/serve-steps.ts';
