import { dirname, relative } from 'node:path';
import { type ArtifactType, type InputTypes, isMany, isMetrics, type OutputTypes } from '../artifacts/artifact-type.ts';
import type { Pipeline, PlacedStep } from '../definition/define-pipeline.ts';
import type { PythonScript, RunModule, TuneSpec } from '../definition/define-step.ts';
import { paramSchema } from '../params/file-param.ts';
import { findUpwards } from '../workspace/find-upwards.ts';
import { toPosix } from '../workspace/to-posix.ts';
import { checkDocument } from './check-document.ts';
import { DOCUMENT_VERSION, type PipelineDocument, type StepDocument, type Tune } from './document.ts';

// A run of all steps in one process asks once per step; a pipeline doesn't change after its definition.
const documents = new WeakMap<Pipeline, PipelineDocument>();

/**
 * The pipeline as data: what compilers, Nx and DVC read. Paths are relative to the project's folder, with `/`. The same
 * object each time, not to be changed.
 *
 * @throws PlatformError `config` for a graph that can't run (see {@link checkDocument}).
 */
export function toDocument(pipeline: Pipeline): PipelineDocument {
  const known = documents.get(pipeline);
  if (known) return known;
  const document = describe(pipeline);
  documents.set(pipeline, document);
  return document;
}

function describe(pipeline: Pipeline): PipelineDocument {
  const root = projectRoot(pipeline);
  const { name, description, labels, schedule } = pipeline;
  const document = {
    version: DOCUMENT_VERSION,
    name,
    ...defined({ description, labels, schedule: schedule && { timezone: 'UTC', ...schedule } }),
    params: paramSchemas(pipeline.steps),
    steps: pipeline.steps.map((placed) => stepDocument(placed, root)),
  };
  return checkDocument(JSON.parse(JSON.stringify(document)));
}

/** Absolute path of the project that a pipeline is defined in: the nearest folder upwards with a package.json. */
export function projectRoot(pipeline: Pick<Pipeline, 'definedIn'>): string {
  return findUpwards(dirname(pipeline.definedIn), 'package.json') ?? dirname(pipeline.definedIn);
}

function paramSchemas(steps: readonly PlacedStep[]): Record<string, unknown> {
  return Object.fromEntries(steps.map(({ step }) => [step.name, paramSchema(step.params)]));
}

/** One step as data. */
export function stepDocument(placed: PlacedStep, root: string): StepDocument {
  const { step, sources, when, after, fixedParams, forEach } = placed;
  const { description, resources, retry, timeout, spot, cache } = step;
  const tune = step.tune && tuneDocument(step.tune);
  return {
    name: placed.name,
    ...defined({ description }),
    runner: runnerDocument(step.run, step.definedIn, root),
    paramsKey: step.name,
    ...(Object.keys(fixedParams).length > 0 && { fixedParams: fixedParams as StepDocument['fixedParams'] }),
    ...(defined({ forEach, tune }) as Partial<StepDocument>),
    inputs: inputDocuments(step.inputs, sources),
    outputs: outputDocuments(step.outputs),
    ...(when.length > 0 && { when: [...when] }),
    ...(after.length > 0 && { after: [...after] }),
    ...(defined({ resources, retry, timeout, spot, cache }) as Partial<StepDocument>),
  };
}

function runnerDocument(run: RunModule | PythonScript, definedIn: string, root: string): StepDocument['runner'] {
  const folder = toPosix(relative(root, dirname(definedIn)));
  if (typeof run === 'function') return { language: 'typescript', module: toPosix(relative(root, definedIn)) };
  return {
    language: 'python',
    module: [folder, run.python].filter(Boolean).join('/'),
    requirements: 'requirements.txt',
    ...defined({ on: run.on }),
  };
}

function tuneDocument({ metric, search, ...rest }: TuneSpec): Tune {
  const [output = '', ...name] = metric.split('.');
  return { metric: { output, name: name.join('.') }, ...rest, search: defined(search) as Tune['search'] };
}

function inputDocuments(types: InputTypes, sources: PlacedStep['sources']): StepDocument['inputs'] {
  return Object.fromEntries(
    Object.entries(types).map(([name, type]) => {
      const from = [...(sources[name] ?? [])];
      return [name, isMany(type) ? { kind: type.manyOf.kind, from, many: true } : { kind: type.kind, from }];
    }),
  );
}

function outputDocuments(types: OutputTypes): StepDocument['outputs'] {
  return Object.fromEntries(Object.entries(types).map(([name, type]) => [name, outputDocument(name, type)]));
}

function outputDocument(name: string, type: ArtifactType): StepDocument['outputs'][string] {
  return {
    kind: type.kind,
    path: `${name}${type.extension}`,
    ...(type.directory && { directory: true }),
    ...(isMetrics(type) && { metrics: [...type.names] }),
  };
}

function defined<Values extends object>(values: Values): { [Key in keyof Values]?: NonNullable<Values[Key]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
