import { type PipelineDocument, upstream } from '@ml-platform/pipeline';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FEATURES } from '../features.ts';
import { tuned } from '../sagemaker/testing/tuned.ts';
import { expectedRun } from '../step-functions/testing/expected-run.ts';
import { compile } from '../target.ts';
import { documentsWith, stressDocument } from '../testing/documents.ts';
import { readKfpGraph } from './read-graph.ts';
import { interpret } from './testing/interpret.ts';
import { readSpec } from './testing/read-spec.ts';
import { sales } from './testing/sales.ts';
import { VERTEX } from './testing/settings.ts';
import { payloadOf, StepRunner } from './testing/step-runner.ts';
import { vertex } from './vertex.ts';

const search = {
  rate: { min: 0, max: 0.5 },
  decay: { min: 1e-7, max: 1, scale: 'log' },
  depth: { min: 1.5, max: 9, integer: true },
  trials: [64, 16, 32],
  booster: ['tree', 'a b', true],
} as const;
const tune = { metric: { output: 'quality', name: 'log.loss' }, goal: 'minimize', trials: 20, parallel: 4, search };
const properties = Object.fromEntries(Object.keys(search).map((name) => [name, {}]));
const params = { train: { type: 'object', properties } };
const searching = (train: object = {}, more: object = {}) => sales({ tune, ...train }, { params, ...more });

const compiled = (document: PipelineDocument, steps: object = { train: { form: 'tuning' } }) =>
  readSpec(compile(vertex, document, { ...VERTEX, ...{ steps: steps as typeof VERTEX.steps } } as typeof VERTEX)).spec;

test('a search is a hyperparameter tuning job, whose trials are custom jobs with values appended to their arguments', () => {
  const document = searching({ spot: true, timeout: '2h', resources: { cpu: 4, memory: '16Gi' } });
  const { command, args = [] } = compiled(document).deploymentSpec.executors['exec-train-trials']?.container ?? {};
  expect(command?.at(-1)).toBe('google_cloud_pipeline_components.container.v1.hyperparameter_tuning_job.launcher');
  expect(args.slice(0, 2)).toEqual(['--type', 'HyperparameterTuningJob']);
  expect(payloadOf(args)).toEqual({
    display_name: 'sales-train',
    study_spec: {
      metrics: [{ metric_id: 'quality.log.loss', goal: 'MINIMIZE' }],
      parameters: [
        {
          parameter_id: 'trial.rate',
          double_value_spec: { min_value: 0, max_value: 0.5 },
          scale_type: 'UNIT_LINEAR_SCALE',
        },
        {
          parameter_id: 'trial.decay',
          double_value_spec: { min_value: 1e-7, max_value: 1 },
          scale_type: 'UNIT_LOG_SCALE',
        },
        {
          parameter_id: 'trial.depth',
          integer_value_spec: { min_value: 2, max_value: 9 },
          scale_type: 'UNIT_LINEAR_SCALE',
        },
        { parameter_id: 'trial.trials', discrete_value_spec: { values: [16, 32, 64] } },
        { parameter_id: 'trial.booster', categorical_value_spec: { values: ['tree', 'a b', 'true'] } },
      ],
    },
    max_trial_count: 20,
    parallel_trial_count: 4,
    trial_job_spec: {
      worker_pool_specs: [
        {
          machine_spec: { machine_type: 'e2-standard-4' },
          replica_count: 1,
          disk_spec: { boot_disk_type: 'pd-ssd', boot_disk_size_gb: 100 },
          container_spec: {
            image_uri: 'acme/steps-python:1',
            command: ['run-step'],
            args: [
              ...['--pipeline', 'apps/sales/src/pipeline.ts', '--step', 'train'],
              ...['--params-json', "{{$.inputs.parameters['params'].json_escape[0]}}"],
              ...['--trials', "{{$.outputs.artifacts['trials'].path}}", '--retry'],
            ],
          },
        },
      ],
      scheduling: { strategy: 'SPOT', timeout: '7200s' },
    },
  });
});

test('then a container task of the step’s name takes the best, from the same place', () => {
  expect(compiled(searching(), {}).components).not.toHaveProperty('comp-train-trials');
  const { components, deploymentSpec, root } = compiled(searching({ spot: true }));
  const { image, args = [], resources } = deploymentSpec.executors['exec-train']?.container ?? {};
  expect([image, resources]).toEqual(['acme/steps-python:1', undefined]);
  expect(args.slice(-3)).toEqual(['--best-trial', '--trials', "{{$.inputs.artifacts['trials'].path}}"]);
  expect(args).toContain("model={{$.outputs.artifacts['model'].path}}");
  const { train, 'train-trials': trials } = root.dag?.tasks ?? {};
  expect(train?.dependentTasks).toEqual(['train-trials']);
  expect(train?.inputs?.artifacts).toEqual({
    trials: { taskOutputArtifact: { producerTask: 'train-trials', outputArtifactKey: 'trials' } },
  });
  expect([train?.retryPolicy, trials?.retryPolicy]).toEqual([expect.anything(), undefined]);
  expect(trials?.inputs).toEqual({ parameters: { params: { componentInputParameter: 'params' } } });
  expect(components['comp-train-trials']?.outputDefinitions).toEqual({
    artifacts: { trials: { artifactType: { schemaTitle: 'system.Artifact', schemaVersion: '0.0.1' } } },
    parameters: { gcp_resources: { parameterType: 'STRING' } },
  });
  expect(components['comp-train']?.outputDefinitions?.parameters).not.toHaveProperty('gcp_resources');
});

test('settings say how it searches; numbers too close, or too many, are texts', () => {
  const of = (space: object, steps?: object) => {
    const document = searching({ tune: { ...tune, search: { rate: space } } });
    const { args = [] } = compiled(document, steps).deploymentSpec.executors['exec-train-trials']?.container ?? {};
    const { study_spec } = payloadOf<{ study_spec: { algorithm?: string; parameters: object[] } }>(args) ?? {};
    return study_spec;
  };
  expect(of({ min: 0, max: 1 })).not.toHaveProperty('algorithm');
  expect(of({ min: 0, max: 1 }, { train: { form: 'tuning', strategy: 'random' } })?.algorithm).toBe('RANDOM_SEARCH');
  expect(of([1e-11, 2e-11])?.parameters[0]).toHaveProperty('categorical_value_spec', { values: ['1e-11', '2e-11'] });
  const many = Array.from({ length: 1001 }, (_, index) => index);
  expect(of(many)?.parameters[0]).toHaveProperty('categorical_value_spec');
});

test('a step that has the name of a search’s trials keeps it', () => {
  const extra = { runner: { language: 'typescript', module: 'a.ts' }, paramsKey: 'x', inputs: {}, outputs: {} };
  const document = searching();
  const steps = [...document.steps, { name: 'train-trials', ...extra }] as PipelineDocument['steps'];
  const { root } = compiled({ ...document, steps });
  expect(root.dag?.tasks.train?.dependentTasks).toEqual(['train-trials-2']);
});

const named = (name: string) => ({ tune: { ...tune, search: { [name]: { min: 0, max: 1 } } } });
test.each<[object, object, string]>([
  [
    named('a b'),
    { train: { type: 'object', properties: { 'a b': {} } } },
    "tune.search is 'a b'; a parameter's id has no whitespace",
  ],
  [
    { tune: { ...tune, search: { depth: { min: 0.1, max: 0.2, integer: true } } } },
    params,
    'tune.search.depth is 0.1 to 0.2; a range of whole numbers has one',
  ],
  [
    {
      tune: { ...tune, metric: { output: 'quality', name: 'log loss' } },
      outputs: {
        quality: { kind: 'metrics', path: 'quality.json', metrics: ['auc', 'log.loss', 'log loss'] },
        model: { kind: 'onnx-model', path: 'model' },
      },
    },
    params,
    "tune.metric is 'quality.log loss'; a metric's id has no whitespace",
  ],
])('%j is refused', (train, given, message) => {
  const compiling = () => compiled(searching(train, { params: given }));
  expect(compiling).toThrow(message);
  expect(compiling).toThrow('(source: Vertex AI API reference');
});

test('settings of a step that is none, or that searches nothing, are refused', () => {
  expect(() => compiled(searching(), { tain: { form: 'tuning' } })).toThrow(
    "the settings of Vertex AI name step 'tain', which pipeline 'sales' doesn't have",
  );
  expect(() => compiled(sales())).toThrow("make step 'train' a tuning job, and it searches nothing");
});

/** Vertex AI has no metric whose name has a space. */
const withoutSpaces = (document: PipelineDocument) =>
  JSON.parse(JSON.stringify(document).replaceAll('a u.c', 'auc')) as PipelineDocument;

test('any pipeline whose searches Vertex AI leads reads back as it was, and runs what the rule says', async () => {
  const numbers = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 40, maxLength: 40 });
  const sorted = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).sort();
  const check = (given: PipelineDocument, values: readonly number[], pick: (count: number) => number) => {
    const document = withoutSpaces(given);
    const files = compile(vertex, document, { ...VERTEX, steps: tuned(document) });
    const { steps, edges, gated } = readKfpGraph(files);
    expect(sorted(steps)).toEqual(sorted(document.steps.map(({ name }) => name)));
    expect(sorted(edges)).toEqual(
      sorted(document.steps.flatMap((step) => upstream(step).map((before) => [before, step.name]))),
    );
    expect(sorted(gated)).toEqual(
      sorted(document.steps.filter(({ when = [] }) => when.length > 0).map(({ name }) => name)),
    );
    const metricOf = (step: string) => values[document.steps.findIndex(({ name }) => name === step)] ?? 0;
    const runner = new StepRunner(document, metricOf);
    const { started } = interpret(readSpec(files).spec, {}, runner.run, { pick });
    expect(new Set(runner.ran)).toEqual(expectedRun(document, metricOf));
    for (const name of Object.keys(tuned(document)).filter((step) => started.includes(step)))
      expect(started.indexOf(`${name}-trials`)).toBeGreaterThan(-1);
  };
  fc.assert(
    fc.property(documentsWith(FEATURES), numbers, fc.nat(), (document, values, seed) => {
      let at = seed;
      check(document, values, (count) => at++ % count);
    }),
  );
  const stress = await stressDocument();
  fc.assert(
    fc.property(numbers, (values) => check(stress, values, () => 0)),
    { numRuns: 10 },
  );
});
