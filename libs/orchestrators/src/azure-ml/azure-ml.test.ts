import { checkDocument, type PipelineDocument, type StepDocument, upstream } from '@ml-platform/pipeline';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { FEATURES } from '../features.ts';
import { compile } from '../target.ts';
import { documentsWith, meshDocument } from '../testing/documents.ts';
import { azureMl } from './azure-ml.ts';
import { type AzureMlSettings, azureMlSettings } from './settings.ts';

const SETTINGS: AzureMlSettings = {
  images: { typescript: 'acme/steps:1', python: 'azureml:steps-python:3' },
  workspace: '/workspace',
  pipeline: 'apps/sales/src/pipeline.ts',
  compute: 'serverless',
};

const quality = { quality: { kind: 'metrics' as const, path: 'quality.json', metrics: ['auc'] } };

function sales(train: Partial<StepDocument> = {}, more: Partial<PipelineDocument> = {}): PipelineDocument {
  return checkDocument({
    version: '1.0',
    name: 'sales',
    params: { train: { type: 'object', properties: { rate: { type: 'number', default: 0.1 } } } },
    steps: [
      {
        name: 'train',
        runner: { language: 'python', module: 'src/train.py', requirements: 'requirements.txt' },
        paramsKey: 'train',
        inputs: {},
        outputs: quality,
        resources: { cpu: 4, memory: '16Gi', accelerator: { type: 'nvidia-t4', count: 1 } },
        timeout: '2h',
        spot: true,
        ...train,
      },
      {
        name: 'tell-all',
        description: 'Tells it',
        runner: { language: 'typescript', module: 'src/tell.ts' },
        paramsKey: 'tell-all',
        inputs: { quality: { kind: 'metrics', from: [{ step: 'train', output: 'quality' }] } },
        outputs: {},
        when: [{ metric: { step: 'train', output: 'quality', name: 'auc' }, operator: '>=', bound: 0.7 }],
        cache: false,
      },
    ],
    ...more,
  });
}

function compiled(document: PipelineDocument, settings = SETTINGS) {
  const files = compile(azureMl, document, settings);
  return { files, pipeline: parse(files.get('pipeline.yml') ?? ''), schedule: parse(files.get('schedule.yml') ?? '') };
}

test('a step is a command job that runs the step runner on the smallest machine that has what it asks for', () => {
  const { pipeline, files } = compiled(sales());
  const run = 'run-step --pipeline /workspace/apps/sales/src/pipeline.ts --step';
  expect(pipeline.jobs.train).toEqual({
    type: 'command',
    display_name: 'train',
    command: `${run} train --params-json "$(cat "\${{inputs.params}}")" --output "train=\${{outputs.artifacts}}"`,
    environment: 'azureml:steps-python:3',
    inputs: { params: `\${{parent.inputs.params}}` },
    outputs: { artifacts: { type: 'uri_folder', mode: 'upload' } },
    resources: { instance_type: 'Standard_NC4as_T4_v3' },
    queue_settings: { job_tier: 'spot' },
    limits: { timeout: 7200 },
  });
  expect(pipeline.inputs).toEqual({ params: { type: 'uri_file', path: './params.json' } });
  expect([...files.keys()]).toEqual(['pipeline.yml', 'params.json']);
});

test('a step that runs each time is a component that says so; its gate is for the runner, and told in a tag', () => {
  const { pipeline } = compiled(sales());
  const run = 'run-step --pipeline /workspace/apps/sales/src/pipeline.ts --step';
  expect(pipeline.jobs.tell_all).toEqual({
    type: 'command',
    display_name: 'tell-all',
    description: 'Tells it',
    tags: { when: 'train.auc >= 0.7' },
    component: {
      type: 'command',
      is_deterministic: false,
      command: `${run} tell-all --input "train=\${{inputs.from_train}}" --output "tell-all=\${{outputs.artifacts}}"`,
      environment: { image: 'acme/steps:1' },
      inputs: { from_train: { type: 'uri_folder' } },
      outputs: { artifacts: { type: 'uri_folder' } },
    },
    inputs: { from_train: `\${{parent.jobs.train.outputs.artifacts}}` },
    outputs: { artifacts: { type: 'uri_folder', mode: 'upload' } },
  });
});

test('the pipeline says whose rights its jobs have, where they run, and where artifacts are kept', () => {
  const labels = { team: 'growth' };
  const settings: AzureMlSettings = { ...SETTINGS, identity: 'user', datastore: 'lake', sharedMemory: '8g' };
  const { pipeline } = compiled(sales({}, { labels, description: 'All sales' }), settings);
  expect(pipeline).toMatchObject({
    display_name: 'sales',
    experiment_name: 'sales',
    description: 'All sales',
    tags: labels,
    identity: { type: 'user_identity' },
    settings: { default_compute: 'azureml:serverless', default_datastore: 'azureml:lake' },
  });
  expect(pipeline.jobs.train.resources).toEqual({ instance_type: 'Standard_NC4as_T4_v3', shm_size: '8g' });
  expect(compiled(sales(), { ...SETTINGS, identity: 'managed' }).pipeline.identity).toEqual({ type: 'managed' });
});

test('a step is run again inside its job, which has time for all runs and pauses', () => {
  const { train } = compiled(sales({ timeout: '1h', retry: { attempts: 3, backoff: '1m' } })).pipeline.jobs;
  expect(train.command).toContain('--step train --retry --params-json');
  expect(train.limits).toEqual({ timeout: 3 * 3600 + 60 + 120 });
});

test.each([
  [{}, undefined],
  [{ cpu: 1 }, 'Standard_D2ds_v4'],
  [{ cpu: 3 }, 'Standard_D4ds_v4'],
  [{ cpu: 4, memory: '16Gi' }, 'Standard_D4ds_v4'],
  [{ memory: '20Gi' }, 'Standard_E4a_v4'],
  [{ accelerator: { type: 'nvidia-t4', count: 2 } }, 'Standard_NC64as_T4_v3'],
  [{ accelerator: { type: 'nvidia-a100-80gb', count: 1 }, memory: '300Gi' }, 'Standard_NC48ads_A100_v4'],
] as const)('%j runs on %s of serverless compute', (resources, size) => {
  const { train } = compiled(sales({ resources: resources as StepDocument['resources'] })).pipeline.jobs;
  expect(train.resources?.instance_type).toBe(size);
});

const CLUSTERS: AzureMlSettings = {
  ...SETTINGS,
  compute: [
    { cluster: 'large', size: 'Standard_E16s_v3' },
    { cluster: 'small', size: 'Standard_D4ds_v4' },
    { cluster: 'cheap-gpu', size: 'Standard_NC4as_T4_v3', spot: true },
  ],
};

test('of clusters, a step gets the smallest of its kind', () => {
  const of = (train: Partial<StepDocument>) => compiled(sales(train), CLUSTERS).pipeline.jobs.train.compute;
  expect(of({})).toBe('azureml:cheap-gpu');
  expect(of({ spot: false, resources: { cpu: 2 } })).toBe('azureml:small');
  expect(of({ spot: false, resources: { memory: '64Gi' } })).toBe('azureml:large');
  expect(() => of({ spot: false, resources: { cpu: 32 } })).toThrow(
    /step 'train' asks for {"cpu":32}; .* have large \(Standard_E16s_v3: 16 vCPU, 128 GiB\), small/,
  );
  const unknown = { ...SETTINGS, compute: [{ cluster: 'old', size: 'Standard_A1' }] };
  expect(() => compiled(sales(), unknown)).toThrow("the size of cluster 'old' is 'Standard_A1'");
});

test('a schedule starts the pipeline in Azure’s own name for the time zone', () => {
  const schedule = { cron: '30 4 * * 1-5', timezone: 'Asia/Kolkata' };
  expect(compiled(sales({}, { schedule, labels: { team: 'growth' } })).schedule).toMatchObject({
    name: 'sales',
    tags: { team: 'growth' },
    trigger: { type: 'cron', expression: '30 4 * * 1-5', time_zone: 'India Standard Time' },
    create_job: './pipeline.yml',
  });
});

const every = (cron: string, timezone = 'UTC') => ({ schedule: { cron, timezone } });
const gpu = (type: string, count = 1) => ({ resources: { accelerator: { type, count } } });

test.each<[string, Partial<StepDocument>, Partial<PipelineDocument>, RegExp]>([
  ['an accelerator', gpu('nvidia-l4'), {}, /step 'train': resources.accelerator.type is nvidia-l4; .* has nvidia-t4, /],
  ['accelerators', gpu('nvidia-t4', 8), {}, /resources.accelerator.count is 8; a virtual machine has at most 4/],
  ['a machine', { resources: { cpu: 97, memory: '1Gi' } }, {}, /resources is cpu 97 and memory 1Gi; the largest such/],
  ['a timeout', { timeout: '22d', spot: false }, {}, /timeout is 22d; a job ends after 21 days \(source: Azure/],
  ['a timeout on spot', { timeout: '8d' }, {}, /timeout is 8d; a job ends after 7 days on machines that can be/],
  ['time for all runs', { timeout: '4d', retry: { attempts: 2 } }, {}, /timeout is 4d for each of 2 runs; a job ends/],
  ['a label', {}, { labels: { k: 'x'.repeat(1001) } }, /labels is 1 and 1001 characters long in one; a tag has/],
  [
    'labels',
    {},
    { labels: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`k${n}`, ''])) },
    /at most 50 tags/,
  ],
  ['a description', { description: 'x'.repeat(5001) }, {}, /step 'train': description is 5001 characters long/],
  ['a day of the month', {}, every('0 4 1 * *'), /schedule.cron is '0 4 1 \* \*'; Azure passes over days of the month/],
  ['a month', {}, every('0 4 * 1 *'), /and would start it on all of them/],
  ['a seventh day', {}, every('0 4 * * 5-7'), /counts the days of the week from 0, Sunday, to 6/],
  ['a time zone', {}, every('0 4 * * *', 'Mars/Olympus'), /schedule.timezone is Mars\/Olympus; Azure has no time zone/],
])('%s that Azure does not have is refused', (_, train, more, message) => {
  expect(() => compiled(sales(train, more))).toThrow(message);
});

test('what Azure does not do at all is refused, unless told to leave it out', () => {
  const document = sales({ resources: { disk: '100Gi' } });
  expect(() => compiled(document)).toThrow(/step 'train' asks for disk: a virtual machine has the disk of its size/);
  expect(compile(azureMl, document, SETTINGS, { without: ['disk'] }).size).toBe(2);
});

test('words of the runner’s command are each one word of the shell', () => {
  const settings = { ...SETTINGS, command: ['node', "/my tools/it's.mjs"] };
  expect(compiled(sales(), settings).pipeline.jobs.train.command).toMatch(
    /^node '\/my tools\/it'\\''s\.mjs' --pipeline/,
  );
});

test('settings with a workspace that is not absolute, or an unknown key, are refused', () => {
  const { pipeline: _, ...settings } = SETTINGS;
  expect(azureMlSettings.safeParse(settings).success).toBe(true);
  expect(azureMlSettings.safeParse({ ...settings, workspace: 'app' }).success).toBe(false);
  expect(azureMlSettings.safeParse({ ...settings, vnet: 'x' }).success).toBe(false);
});

interface Job {
  readonly command?: string;
  readonly component?: { readonly command: string; readonly inputs: Readonly<Record<string, unknown>> };
  readonly inputs: Readonly<Record<string, string>>;
}

/** What Azure's own validator passes over: an input that isn't declared, a job that isn't there, a cycle. */
function expectSound(jobs: Readonly<Record<string, Job>>, inputs: object = {}): void {
  const done = new Set<string>();
  const needs = ({ inputs: bound }: Job) =>
    Object.values(bound).flatMap((value) => /^\$\{\{parent\.jobs\.(\w+)\./.exec(value)?.[1] ?? []);
  for (let rest = Object.entries(jobs); rest.length > 0; ) {
    const ready = rest.filter(([, job]) => needs(job).every((name) => done.has(name)));
    expect(ready).not.toEqual([]);
    for (const [name] of ready) done.add(name);
    rest = rest.filter(([name]) => !done.has(name));
  }
  for (const { command, component, inputs: bound } of Object.values(jobs)) {
    const used = [...(command ?? component?.command ?? '').matchAll(/\$\{\{inputs\.(\w+)\}\}/g)].map(
      ([, name]) => name,
    );
    expect(Object.keys(bound).sort()).toEqual(used.sort());
    if (component) expect(Object.keys(component.inputs).sort()).toEqual(used);
    const parents = Object.values(bound).flatMap((value) => /^\$\{\{parent\.inputs\.(\w+)\}\}$/.exec(value)?.[1] ?? []);
    for (const name of parents) expect(inputs).toHaveProperty(name);
  }
}

test('any pipeline reads back as it was, with every input declared and no cycle', () => {
  const sorted = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).sort();
  const check = (document: PipelineDocument) => {
    const { files, pipeline } = compiled(document);
    expectSound(pipeline.jobs, pipeline.inputs);
    const { steps, edges, gated } = azureMl.readGraph(files);
    expect(steps).toEqual(document.steps.map(({ name }) => name));
    const before = document.steps.flatMap((step) => upstream(step).map((name) => [name, step.name]));
    expect(sorted(edges)).toEqual(sorted(before));
    expect(gated).toEqual(document.steps.filter(({ when = [] }) => when.length > 0).map(({ name }) => name));
  };
  fc.assert(fc.property(documentsWith(FEATURES.filter((name) => azureMl.features[name].by !== 'nobody')), check));
  check(meshDocument());
});
