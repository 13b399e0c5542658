import { definePipeline, defineStep, json, metrics, onnxModel, parquet } from '@ml-platform/pipeline';
import { expect, test } from 'vitest';
import { findInputs } from './find-inputs.ts';

const run = async () => ({ run: () => undefined });
const ingest = defineStep({ name: 'ingest', outputs: { notes: json(), rows: parquet() }, run });
const train = defineStep({
  name: 'train',
  inputs: { rows: parquet() },
  outputs: { model: onnxModel(), holdout: parquet(), metrics: metrics('rows') },
  run,
});
const evaluate = defineStep({
  name: 'evaluate',
  inputs: { model: onnxModel(), holdout: parquet() },
  outputs: { metrics: metrics('loss', 'skill') },
  run,
});
const adopt = defineStep({ name: 'adopt', outputs: { model: onnxModel() }, run });
const pipeline = definePipeline('sales', ({ add }) => {
  const { rows } = add(ingest);
  const { model, holdout } = add(train, { rows });
  add(evaluate, { model, holdout });
  add(adopt);
});

const named = (kind: Parameters<typeof findInputs>[1], after: string) => {
  const { inputs, table, gate } = findInputs(pipeline, kind, after);
  const wired = Object.entries(inputs).map(([input, { step, output }]) => `${input}: ${step.name}.${output}`);
  return { wired, table, gate: gate && `${gate.step.name}.${gate.output}.${gate.metric}` };
};

test('a step reads the first table; Parquet before other kinds', () => {
  expect(named('train', 'ingest')).toEqual({ wired: ['rows: ingest.rows'], table: { name: 'rows', kind: 'parquet' } });
});

test('an evaluation reads the model and the rows that it was not fitted on', () => {
  const table = { name: 'holdout', kind: 'parquet' };
  expect(named('evaluate', 'train')).toEqual({ wired: ['model: train.model', 'holdout: train.holdout'], table });
});

test('a registration takes the model that was evaluated, where it has skill; behind the training, as it is', () => {
  expect(named('register', 'evaluate')).toEqual({
    wired: ['model: train.model', 'metrics: evaluate.metrics'],
    gate: 'evaluate.metrics.skill',
  });
  expect(named('register', 'train')).toEqual({ wired: ['model: train.model'] });
});

test.each([
  ['transform', 'evaluate', "step 'evaluate' leaves no table: it has metrics (metrics)"],
  ['evaluate', 'ingest', "step 'ingest' leaves no model: it has notes (json), rows (parquet)"],
  ['evaluate', 'adopt', "step 'adopt' leaves no rows to measure its model on: it has model (onnx-model)"],
  ['register', 'ingest', "step 'ingest' leaves no model: it has notes (json), rows (parquet)"],
  ['transform', 'evalute', "pipeline 'sales' has no step 'evalute'"],
] as const)('%s after %s is refused', (kind, after, message) => {
  expect(() => findInputs(pipeline, kind, after)).toThrow(message);
});
