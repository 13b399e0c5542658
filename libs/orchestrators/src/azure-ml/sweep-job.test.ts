import { checkDocument, type PipelineDocument, upstream } from '@ml-platform/pipeline';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { FEATURES } from '../features.ts';
import { tuned } from '../sagemaker/testing/tuned.ts';
import { compile } from '../target.ts';
import { documentsWith } from '../testing/documents.ts';
import { azureMl } from './azure-ml.ts';
import type { AzureMlSettings } from './settings.ts';

const SETTINGS: AzureMlSettings = {
  images: { typescript: 'acme/steps:1', python: 'azureml:steps-python:3' },
  workspace: '/workspace',
  pipeline: 'apps/sales/src/pipeline.ts',
  compute: 'serverless',
};

const search = {
  dropout: { min: 0, max: 0.5 },
  depth: { min: 1.5, max: 9, integer: true },
  booster: ['tree', 'a b', true, 1e21],
} as const;
const tune = { metric: { output: 'quality', name: 'auc' }, goal: 'maximize', trials: 20, parallel: 4, search };

function sales(train: object = {}): PipelineDocument {
  const properties = Object.fromEntries(['dropout', 'depth', 'booster', 'a-b'].map((name) => [name, {}]));
  return checkDocument({
    version: '1.0',
    name: 'sales',
    params: { train: { type: 'object', properties } },
    steps: [
      {
        name: 'prepare',
        runner: { language: 'typescript', module: 'src/prepare.ts' },
        paramsKey: 'prepare',
        inputs: {},
        outputs: { rows: { kind: 'parquet', path: 'rows.parquet' } },
      },
      {
        name: 'train',
        runner: { language: 'python', module: 'src/train.py', requirements: 'requirements.txt' },
        paramsKey: 'train',
        inputs: { rows: { kind: 'parquet', from: [{ step: 'prepare', output: 'rows' }] } },
        outputs: { quality: { kind: 'metrics', path: 'quality.json', metrics: ['auc', 'log "loss"'] } },
        tune,
        ...train,
      },
    ],
  });
}

function compiled(document: PipelineDocument, of: object = {}, more: Partial<AzureMlSettings> = {}) {
  const steps = { train: { form: 'tuning', ...of } } as AzureMlSettings['steps'];
  const files = compile(azureMl, document, { ...SETTINGS, ...more, ...(steps && { steps }) });
  return {
    files,
    train: parse(files.get('pipeline.yml') ?? '').jobs.train,
    trial: parse(files.get('trial-train.yml') ?? ''),
  };
}

test('a search is a sweep over a component, whose outputs are those of its best trial', () => {
  const more = { spot: true, timeout: '1h', resources: { cpu: 4, memory: '16Gi' }, retry: { attempts: 2 } };
  const { files, train, trial } = compiled(sales(more));
  expect([...files.keys()]).toEqual(['pipeline.yml', 'params.json', 'trial-train.yml']);
  expect(train).toEqual({
    type: 'sweep',
    display_name: 'train',
    trial: './trial-train.yml',
    sampling_algorithm: 'bayesian',
    search_space: {
      trial_dropout: { type: 'uniform', min_value: 0, max_value: 0.5 },
      trial_depth: { type: 'quniform', min_value: 2, max_value: 9, q: 1 },
      trial_booster: { type: 'choice', values: ['tree', 'a b', 'true', '1e+21'] },
    },
    objective: { goal: 'maximize', primary_metric: 'quality.auc' },
    limits: { max_total_trials: 20, max_concurrent_trials: 4, trial_timeout: 7200, timeout: 5 * 7200 },
    inputs: { params: `\${{parent.inputs.params}}`, from_prepare: `\${{parent.jobs.prepare.outputs.artifacts}}` },
    outputs: { artifacts: { type: 'uri_folder', mode: 'upload' } },
    resources: { instance_type: 'Standard_D4ds_v4' },
    queue_settings: { job_tier: 'spot' },
  });
  const run = 'run-step --pipeline /workspace/apps/sales/src/pipeline.ts --step train --retry';
  const places = `--input "prepare=\${{inputs.from_prepare}}" --output "train=\${{outputs.artifacts}}"`;
  const values = ['dropout', 'depth', 'booster'].map((name) => `"--trial.${name}=\${{inputs.trial_${name}}}"`);
  expect(trial).toEqual({
    $schema: 'https://azuremlschemas.azureedge.net/latest/commandComponent.schema.json',
    name: 'train_trial',
    type: 'command',
    command: `${run} --params-json "$(cat "\${{inputs.params}}")" ${places} ${values.join(' ')}`,
    environment: 'azureml:steps-python:3',
    inputs: {
      params: { type: 'uri_file' },
      from_prepare: { type: 'uri_folder' },
      trial_dropout: { type: 'number' },
      trial_depth: { type: 'number' },
      trial_booster: { type: 'string' },
    },
    outputs: { artifacts: { type: 'uri_folder' } },
  });
});

const searched = (of: object) => sales({ tune: { ...tune, search: of } });

test('a log scale is random, with the logarithms of its ends; settings say how it searches', () => {
  const rate = { min: 1, max: Math.E, scale: 'log' };
  const { train } = compiled(searched({ dropout: rate, depth: { ...rate, max: 10, integer: true } }));
  expect(train.sampling_algorithm).toEqual({ type: 'random', seed: 0 });
  expect(train.search_space).toEqual({
    trial_dropout: { type: 'loguniform', min_value: 0, max_value: 1 },
    trial_depth: { type: 'qloguniform', min_value: 0, max_value: Math.log(10), q: 1 },
  });
  expect(compiled(sales(), { strategy: 'random' }).train.sampling_algorithm).toEqual({ type: 'random', seed: 0 });
  expect(() => compiled(searched({ dropout: rate }), { strategy: 'bayesian' })).toThrow(
    'tune.search.dropout.scale is log; Bayesian sampling takes choice, uniform and quniform alone; strategy: random takes it',
  );
});

test('trials run on a cluster of their kind, and a step that runs each time says so in the component', () => {
  const compute = [{ cluster: 'cpu', size: 'Standard_D4ds_v4' }];
  const { train, trial } = compiled(sales({ cache: false }), {}, { compute });
  expect(train.compute).toBe('azureml:cpu');
  expect(trial.is_deterministic).toBe(false);
  expect(train.limits).toEqual({ max_total_trials: 20, max_concurrent_trials: 4 });
});

test.each<[string, PipelineDocument, string]>([
  ['a name', searched({ 'a-b': { min: 0, max: 1 } }), "tune.search is 'a-b'; an input has a name of letters, digits"],
  [
    'a metric',
    sales({ tune: { ...tune, metric: { output: 'quality', name: 'log "loss"' } } }),
    `tune.metric is 'quality.log "loss"'; MLflow takes names of at most 250 letters`,
  ],
  [
    'a value',
    searched({ booster: ['a', 'b"; rm -rf "'] }),
    String.raw`tune.search.booster is "b\"; rm -rf \""; Azure puts it`,
  ],
  [
    'a variable',
    searched({ booster: ['a', '$HOME'] }),
    'tune.search.booster is "$HOME"; Azure puts it into a line of shell',
  ],
  ['no value', searched({ booster: ['a', ''] }), 'tune.search.booster is ""; Azure puts it into a line of shell'],
  [
    'values of one text',
    searched({ booster: [true, 'true'] }),
    "tune.search.booster is 'true' and true; values are handed",
  ],
  ['no whole number', searched({ depth: { min: 0.1, max: 0.2, integer: true } }), 'tune.search.depth is 0.1 to 0.2'],
  ['time', sales({ timeout: '5d' }), 'timeout is 5d for each of 20 trials; a job ends after 21 days'],
])('%s that a sweep does not take is refused', (_, document, message) => {
  expect(() => compiled(document)).toThrow(message);
  expect(() => compiled(document)).toThrow('(source: ');
});

test('settings of a step that is none, or that searches nothing, are refused', () => {
  const steps = { tain: { form: 'tuning' } } as const;
  expect(() => compile(azureMl, sales(), { ...SETTINGS, steps })).toThrow(
    "the settings of Azure Machine Learning name step 'tain', which pipeline 'sales' doesn't have",
  );
  expect(() => compiled(sales({ tune: undefined }))).toThrow("make step 'train' a tuning job, and it searches nothing");
});

test('any pipeline whose searches Azure leads reads back as it was, every input of a trial bound', () => {
  const sorted = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).sort();
  const check = (document: PipelineDocument) => {
    const files = compile(azureMl, document, { ...SETTINGS, steps: tuned(document) });
    const { steps, edges, gated } = azureMl.readGraph(files);
    expect(steps).toEqual(document.steps.map(({ name }) => name));
    expect(sorted(edges)).toEqual(
      sorted(document.steps.flatMap((step) => upstream(step).map((name) => [name, step.name]))),
    );
    expect(gated).toEqual(document.steps.filter(({ when = [] }) => when.length > 0).map(({ name }) => name));
    const { jobs } = parse(files.get('pipeline.yml') ?? '');
    for (const step of Object.keys(tuned(document))) {
      const { inputs, search_space } = jobs[step.replaceAll('-', '_')];
      const { command, inputs: declared } = parse(files.get(`trial-${step}.yml`) ?? '');
      const used = [...command.matchAll(/\$\{\{inputs\.(\w+)\}\}/g)].map(([, name]) => name);
      expect(Object.keys(declared).sort()).toEqual(used.sort());
      expect([...Object.keys(inputs), ...Object.keys(search_space)].sort()).toEqual(used);
    }
  };
  fc.assert(fc.property(documentsWith(FEATURES.filter((name) => azureMl.features[name].by !== 'nobody')), check));
});
