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
