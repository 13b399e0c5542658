import { PlatformError, suggest } from '@ml-platform/errors';
import type { Pipeline, PlacedStep } from '@ml-platform/pipeline';
import type { StepKind } from './step-files.ts';

/** How tables of a kind are read. */
export const TABLE_KINDS = {
  parquet: { reader: 'read_parquet' },
  csv: { reader: 'read_csv' },
  json: { reader: 'read_json' },
} as const;

export type TableKind = keyof typeof TABLE_KINDS;

/** An output of a step that is there. */
export interface Output {
  readonly step: PlacedStep;
  readonly output: string;
}

/** What a new step reads, and what has to hold before it runs. */
export interface Found {
  /** By the input's name. */
  readonly inputs: Readonly<Record<string, Output>>;
  readonly table?: { readonly name: string; readonly kind: TableKind };
  /** Of the metrics that the pipeline has of the model. */
  readonly gate?: Output & { readonly metric: string };
  /** Names of the metrics that it reads. */
  readonly metrics?: readonly string[];
}

/** Rows that a model was not fitted on. */
const HOLDOUT = 'holdout';
/** Above zero where a model is better than always saying the average. */
const SKILL = 'skill';

/**
 * What a step of a kind reads of the step that it follows: its first table; to evaluate, its model and the rows that it
 * held out; to register, its model, or the one that it evaluated.
 *
 * @throws PlatformError `usage` where there is no such step, `config` where it leaves nothing of the sort.
 */
export function findInputs(pipeline: Pipeline, kind: StepKind, after: string): Found {
  const step = findStep(pipeline, after);
  if (kind === 'evaluate') return modelAndHoldout(step);
  if (kind === 'register') return modelOf(pipeline, step);
  const table = findTable(step);
  if (table === undefined) throw lacks(step, 'no table', tableHint());
  return {
    inputs: { [table.output]: { step, output: table.output } },
    table: { name: table.output, kind: table.kind },
  };
}

function findStep({ steps, name: pipeline }: Pipeline, after: string): PlacedStep {
  const step = steps.find(({ name }) => name === after);
  if (step) return step;
  const names = steps.map(({ name }) => name);
  throw new PlatformError(`pipeline '${pipeline}' has no step '${after}'`, {
    code: 'usage',
    hint: names.length === 0 ? 'it has none yet: start with --kind ingest' : suggest(after, names, 'steps'),
  });
}

function findTable({ step }: PlacedStep, called?: string): { output: string; kind: TableKind } | undefined {
  for (const kind of Object.keys(TABLE_KINDS) as TableKind[]) {
    const tables = Object.entries(step.outputs).filter(([, type]) => type.kind === kind);
    const [output] = tables.find(([name]) => called === undefined || name === called) ?? [];
    if (output !== undefined) return { output, kind };
  }
  return undefined;
}

function modelAndHoldout(step: PlacedStep): Found {
  const model = outputOf(step, 'onnx-model');
  if (model === undefined) throw lacks(step, 'no model', 'let it follow the step that trains');
  const table = findTable(step, HOLDOUT);
  if (table === undefined) {
    throw lacks(
      step,
      'no rows to measure its model on',
      `let it write rows that it did not fit on: ${HOLDOUT}: parquet()`,
    );
  }
  return {
    inputs: { model, [table.output]: { step, output: table.output } },
    table: { name: HOLDOUT, kind: table.kind },
  };
}

function modelOf(pipeline: Pipeline, step: PlacedStep): Found {
  const model = outputOf(step, 'onnx-model') ?? evaluatedModel(pipeline, step);
  if (model === undefined) throw lacks(step, 'no model', 'let it follow a step that trains a model, or evaluates one');
  const metrics = outputOf(step, 'metrics');
  const type = metrics && step.step.outputs[metrics.output];
  const names = type !== undefined && 'names' in type ? (type.names as readonly string[]) : [];
  if (metrics === undefined || !names.includes(SKILL)) return { inputs: { model } };
  return { inputs: { model, metrics }, metrics: names, gate: { ...metrics, metric: SKILL } };
}

function outputOf(step: PlacedStep, kind: string): Output | undefined {
  const [output] = Object.entries(step.step.outputs).find(([, type]) => type.kind === kind) ?? [];
  return output === undefined ? undefined : { step, output };
}

/** The model that a step reads, where it comes from. */
function evaluatedModel({ steps }: Pipeline, { step, sources }: PlacedStep): Output | undefined {
  const [input] = Object.entries(step.inputs).find(([, type]) => 'kind' in type && type.kind === 'onnx-model') ?? [];
  const source = input === undefined ? undefined : sources[input]?.[0];
  const from = steps.find(({ name }) => name === source?.step);
  return source && from && { step: from, output: source.output };
}

function lacks({ name, step }: PlacedStep, what: string, hint: string): PlatformError {
  const outputs = Object.entries(step.outputs).map(([output, { kind }]) => `${output} (${kind})`);
  return new PlatformError(`step '${name}' leaves ${what}: it has ${outputs.join(', ') || 'no outputs'}`, {
    code: 'config',
    hint,
  });
}

function tableHint(): string {
  return `let it follow a step that leaves one of ${Object.keys(TABLE_KINDS).join(', ')}`;
}
