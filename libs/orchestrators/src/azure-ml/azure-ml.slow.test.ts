import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashArtifact, type PipelineDocument, pythonEnvironment, stepOrder } from '@ml-platform/pipeline';
import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { FEATURES } from '../features.ts';
import { type CompiledFiles, compile } from '../target.ts';
import { documentsWith, stressDocument } from '../testing/documents.ts';
import { NODE_FOLDER, numbersProject, RUN_STEP } from '../testing/project.ts';
import { tuned } from '../sagemaker/testing/tuned.ts';
import { azureMl } from './azure-ml.ts';
import type { AzureMlSettings } from './settings.ts';
import { jobNameOf } from './step-job.ts';
import zones from './windows-time-zones.json' with { type: 'json' };

const SETTINGS: AzureMlSettings = {
  images: { typescript: 'acme/steps:1', python: 'azureml:steps-python:1' },
  workspace: '/workspace',
  pipeline: 'src/pipeline.ts',
  compute: 'serverless',
  datastore: 'lake',
  identity: 'managed',
  sharedMemory: '8g',
};
const WITHOUT = FEATURES.filter((feature) => azureMl.features[feature].by === 'nobody');
const TESTING = fileURLToPath(new URL('./testing', import.meta.url));

let python: string;
let folder: string;
beforeAll(async () => {
  python = await pythonEnvironment(join(TESTING, 'requirements.txt'));
  folder = await mkdtemp(join(tmpdir(), 'azure-ml-'));
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Of each pipeline, and of its schedule where it has one: why Azure's SDK refuses it. */
async function problemsOf(all: readonly CompiledFiles[]): Promise<(string | null)[]> {
  const paths: string[] = [];
  for (const [index, files] of all.entries()) {
    for (const [name, text] of files) {
      const path = join(folder, String(index), name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
      if (name.endsWith('.yml')) paths.push(path);
    }
  }
  const { stdout } = await execa(python, [join(TESTING, 'validate.py'), ...paths]);
  return stdout.split('\n').map((line) => JSON.parse(line) as string | null);
}

const compiled = (document: PipelineDocument, settings = SETTINGS) =>
  compile(azureMl, document, settings, { without: WITHOUT });

test("Azure's SDK takes a pipeline of all features with its schedule, on serverless compute and on clusters", async () => {
  const document = await stressDocument();
  const clusters: AzureMlSettings = {
    ...SETTINGS,
    compute: [
      { cluster: 'cpu', size: 'Standard_D4s_v3' },
      { cluster: 'spot-gpu', size: 'Standard_NC4as_T4_v3', spot: true },
    ],
  };
  const files = [compiled(document), compiled(document, clusters)];
  expect(files.map((one) => [...one.keys()])).toEqual(Array(2).fill(['pipeline.yml', 'params.json', 'schedule.yml']));
  expect(await problemsOf(files)).toEqual([null, null, null, null]);
});

test("Azure's SDK takes random pipelines", async () => {
  const features = FEATURES.filter((feature) => !WITHOUT.includes(feature));
  const files = fc.sample(documentsWith(features), { numRuns: 30, seed: 30 }).map((document) => compiled(document));
  const problems = await problemsOf(files);
  expect(problems.length).toBeGreaterThan(30);
  expect(problems.filter((problem) => problem !== null)).toEqual([]);
});

test("Azure's SDK takes the same with sweeps for their searches", async () => {
  const features = FEATURES.filter((feature) => !WITHOUT.includes(feature));
  const random = fc.sample(documentsWith(features), { numRuns: 30, seed: 31 });
  const clusters = [
    { cluster: 'cpu', size: 'Standard_D16s_v3' },
    { cluster: 'spot-gpu', size: 'Standard_NC4as_T4_v3', spot: true },
  ];
  const files = [
    compiled(await stressDocument(), { ...SETTINGS, compute: clusters, steps: tuned(await stressDocument()) }),
    ...random.map((document) => compiled(document, { ...SETTINGS, steps: tuned(document) })),
  ];
  expect(files.flatMap((one) => [...one.keys()]).filter((name) => name.startsWith('trial-')).length).toBeGreaterThan(
    10,
  );
  expect((await problemsOf(files)).filter((problem) => problem !== null)).toEqual([]);
});

/** A sweep over each kind of range, alone in its pipeline, changed. */
function changedSweep(change: (sweep: Sweep, trial: Record<string, unknown>) => void): CompiledFiles {
  const search = {
    rate: { min: 1e-7, max: 1, scale: 'log' },
    dropout: { min: 0, max: 0.5 },
    depth: { min: 1, max: 9, integer: true },
    leaves: { min: 1, max: 99, integer: true, scale: 'log' },
    booster: ['tree', 'a b', true, 1e21],
  };
  const tune = { metric: { output: 'quality', name: 'auc' }, goal: 'maximize', trials: 9, parallel: 3, search };
  const step = {
    name: 'fit',
    runner: { language: 'typescript', module: 'src/fit.ts' },
    paramsKey: 'fit',
    inputs: {},
    outputs: { quality: { kind: 'metrics', path: 'quality.json', metrics: ['auc'] } },
    timeout: '1h',
    spot: true,
    cache: false,
    tune,
  };
  const properties = Object.fromEntries(Object.keys(search).map((name) => [name, {}]));
  const document = {
    version: '1.0',
    name: 'one',
    params: { fit: { properties } },
    steps: [step],
  } as unknown as PipelineDocument;
  const files = compiled(document, { ...SETTINGS, steps: tuned(document) });
  const pipeline = parse(files.get('pipeline.yml') ?? '');
  const trial = parse(files.get('trial-fit.yml') ?? '');
  change(pipeline.jobs.fit, trial);
  return new Map([...files, ['pipeline.yml', stringify(pipeline)], ['trial-fit.yml', stringify(trial)]]);
}

interface Sweep {
  [key: string]: unknown;
  search_space: Record<string, Record<string, unknown>>;
  limits: Record<string, unknown>;
  objective: Record<string, unknown>;
}

test("Azure's SDK bites at sweeps as well", async () => {
  const worse = [
    changedSweep((sweep) => Object.assign(sweep.objective, { goal: 'most' })),
    changedSweep((sweep) => Object.assign(sweep, { sampling_algorithm: 'guess' })),
    changedSweep((sweep) => Object.assign(sweep.search_space.trial_rate ?? {}, { type: 'log' })),
    changedSweep((sweep) => Object.assign(sweep.search_space.trial_dropout ?? {}, { min_value: 'low' })),
    changedSweep((sweep) => delete sweep.search_space.trial_depth?.q),
    changedSweep((sweep) => delete sweep.limits.max_total_trials),
    changedSweep((sweep) => Object.assign(sweep.limits, { trials: 3 })),
    changedSweep((sweep) => Object.assign(sweep, { trial: './trial-none.yml' })),
    changedSweep((sweep) => Object.assign(sweep, { queue_settings: { job_tier: 'cheap' } })),
    changedSweep((sweep) => delete (sweep.search_space as Record<string, unknown>).trial_booster),
    changedSweep((_, trial) => delete trial.environment),
    changedSweep((_, trial) => Object.assign(trial, { inputs: { trial_rate: { type: 'decimal' } } })),
  ];
  const [sound, ofTrial, ...rest] = await problemsOf([changedSweep(() => undefined), ...worse]);
  expect([sound, ofTrial]).toEqual([null, null]);
  const isRefused = worse.map((_, index) => rest.slice(index * 2, index * 2 + 2).some((problem) => problem !== null));
  expect(isRefused).toEqual(worse.map(() => true));
});

/** A pipeline of two jobs, changed. */
function changed(change: (pipeline: { jobs: Record<string, Record<string, unknown>> }) => void): CompiledFiles {
  const step = (name: string, more: object = {}) => ({
    name,
    runner: { language: 'typescript', module: 'src/step.ts' },
    paramsKey: name,
    inputs: {},
    outputs: {},
    ...more,
  });
  const steps = [step('first', { timeout: '1h', spot: true }), step('second', { after: ['first'] })];
  const files = compiled({ version: '1.0', name: 'two', params: {}, steps } as PipelineDocument);
  const pipeline = parse(files.get('pipeline.yml') ?? '');
  change(pipeline);
  return new Map([['pipeline.yml', stringify(pipeline)]]);
}

test("Azure's SDK bites: what is changed for the worse is refused", async () => {
  const none = changed(() => undefined);
  const worse = [
    changed(({ jobs }) => Object.assign(jobs.first ?? {}, { is_deterministic: false })),
    changed(({ jobs }) => Object.assign(jobs.first ?? {}, { retry_settings: { max_retries: 2 } })),
    changed(({ jobs }) => Object.assign(jobs.first ?? {}, { limits: { timeout: '2h' } })),
    changed(({ jobs }) => Object.assign(jobs.first ?? {}, { queue_settings: { job_tier: 'cheap' } })),
    changed(({ jobs }) =>
      Object.assign(jobs.second ?? {}, { inputs: { from_first: `\${{parent.jobs.last.outputs.artifacts}}` } }),
    ),
    changed(({ jobs }) => Object.assign(jobs, { 'with-hyphen': jobs.first })),
    changed(({ jobs }) => delete jobs.first?.environment),
  ];
  const [sound, ...refused] = await problemsOf([none, ...worse]);
  expect(sound).toBeNull();
  expect(refused.map((problem) => typeof problem)).toEqual(worse.map(() => 'string'));
});

test('every time zone that schedules can name is one that Azure has', async () => {
  const text =
    'import json; from azure.ai.ml.constants import TimeZone; print(json.dumps([z.value for z in TimeZone]))';
  const { stdout } = await execa(python, ['-c', text]);
  expect(JSON.parse(stdout)).toEqual(expect.arrayContaining(Object.keys(zones)));
});

/** Runs each job's command as Azure does: by a shell, in a folder elsewhere, the paths put into the text. */
async function runJobs(document: PipelineDocument, files: CompiledFiles, place: string, params: object): Promise<void> {
  const { jobs } = parse(files.get('pipeline.yml') ?? '');
  const paramsFile = join(place, "it's params.json");
  const { PATH = '' } = process.env;
  await mkdir(place, { recursive: true });
  await writeFile(paramsFile, JSON.stringify(params));
  for (const { name } of stepOrder(document)) {
    const { command, component } = jobs[jobNameOf(name)];
    const artifacts = join(place, 'artifacts', jobNameOf(name));
    await mkdir(artifacts, { recursive: true });
    const text = (command ?? component.command)
      .replaceAll(`\${{inputs.params}}`, paramsFile)
      .replaceAll(`\${{outputs.artifacts}}`, artifacts)
      .replaceAll(/\$\{\{inputs\.from_(\w+)\}\}/g, (_: string, job: string) => join(place, 'artifacts', job));
    await execa('bash', ['-c', text], { cwd: place, env: { PATH: [NODE_FOLDER, PATH].join(delimiter) } });
  }
}

test.each([
  ['yes', []],
  ['no', ['count.upTo=2']],
])('a gate that says %s: the commands leave what the step runner leaves', async (_, params) => {
  const project = await numbersProject();
  try {
    const settings = { ...SETTINGS, workspace: project.folder, command: ['node', RUN_STEP] };
    const place = join(folder, `run-${params.length}`);
    const given = params.length > 0 ? { count: { upTo: 2 } } : {};
    await runJobs(project.document, compiled(project.document, settings), place, given);
    await project.runAll(params);
    const hashes: Record<string, string> = {};
    for (const { name } of project.document.steps) {
      hashes[name] = await hashArtifact(join(place, 'artifacts', jobNameOf(name)));
    }
    expect(hashes).toEqual(await project.hashes());
  } finally {
    await project.remove();
  }
});
