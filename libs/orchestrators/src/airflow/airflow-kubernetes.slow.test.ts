import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  artifactsFolder,
  hashArtifact,
  type PipelineDocument,
  pythonEnvironment,
  stepOrder,
} from '@ml-platform/pipeline';
import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FEATURES } from '../features.ts';
import { compile } from '../target.ts';
import { documentsWith, stressDocument } from '../testing/documents.ts';
import { NODE_FOLDER, numbersProject, RUN_STEP } from '../testing/project.ts';
import { type AirflowKubernetesSettings, airflowKubernetes } from './airflow-kubernetes.ts';

const TESTING = fileURLToPath(new URL('./testing', import.meta.url));
const RUN_ID = 'manual__2026-01-31T04:30:00+00:00';
const RUN_FOLDER = 'manual__2026-01-31T04-30-00-00-00';
const SETTINGS: AirflowKubernetesSettings = {
  lake: 's3://lake/runs',
  pipeline: 'src/pipeline.ts',
  images: { typescript: 'acme/steps:1', python: 'acme/steps-python:1' },
  namespace: 'pipelines',
  serviceAccount: 'steps',
  spot: {
    nodeSelector: { capacity: 'spot' },
    tolerations: [{ key: 'spot', operator: 'Exists', effect: 'NoSchedule' }],
  },
  accelerators: { 'nvidia-t4': { resource: 'nvidia.com/gpu', nodeSelector: { gpu: 't4' } } },
};

let home: string;
let python: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'airflow-kubernetes-'));
  python = await pythonEnvironment(join(TESTING, 'requirements.txt'));
  await inAirflow(['-m', 'airflow', 'db', 'migrate']);
}, 600_000);
afterAll(() => rm(home, { recursive: true, force: true }));

async function inAirflow(args: readonly string[]): Promise<string> {
  const env = { AIRFLOW_HOME: home, AIRFLOW__CORE__LOAD_EXAMPLES: 'False' };
  const { all, stdout, exitCode } = await execa(python, args, { env, cwd: home, all: true, reject: false });
  expect(exitCode, all).toBe(0);
  return stdout;
}

interface Task {
  readonly upstream: readonly string[];
  readonly pod: { readonly spec: { readonly containers: readonly [{ command: string[]; args: string[] }] } };
}

/** What Airflow makes of compiled documents: the Pods that a run would start. */
async function podsOf(documents: readonly PipelineDocument[], settings = SETTINGS, params: object = {}) {
  const dags = await mkdtemp(join(home, 'dags-'));
  for (const document of documents) {
    for (const [path, text] of compile(airflowKubernetes, document, settings)) await writeFile(join(dags, path), text);
  }
  const stdout = await inAirflow([join(TESTING, 'render_pods.py'), dags, RUN_ID, JSON.stringify(params)]);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as {
    importErrors: Record<string, string>;
    dags: Record<string, Record<string, Task>>;
  };
}

test('a task of the pipeline that asks for everything is a Pod as Kubernetes’ own client has it', async () => {
  const { importErrors, dags } = await podsOf([await stressDocument()], SETTINGS, { 'train.salt': `it's "x"` });
  expect(importErrors).toEqual({});
  const tasks = dags.stress ?? {};
  expect(Object.keys(tasks)).toHaveLength(40);
  const requests = { cpu: '4', memory: '16Gi', 'ephemeral-storage': '100Gi', 'nvidia.com/gpu': '1' };
  expect(tasks['tune-best']).toEqual({
    upstream: ['best'],
    retries: 2,
    retryDelay: 30,
    triggerRule: 'none_failed',
    skips: [99],
    startup: 1800,
    connection: 'kubernetes_default',
    pod: expect.objectContaining({
      kind: 'Pod',
      metadata: expect.objectContaining({
        namespace: 'pipelines',
        name: expect.stringMatching(/^tune-best-[a-z0-9]{8}$/),
      }),
      spec: expect.objectContaining({
        activeDeadlineSeconds: 7200,
        nodeSelector: { capacity: 'spot', gpu: 't4' },
        tolerations: [{ key: 'spot', operator: 'Exists', effect: 'NoSchedule' }],
        serviceAccountName: 'steps',
        restartPolicy: 'Never',
        containers: [
          expect.objectContaining({
            image: 'acme/steps:1',
            command: ['run-step'],
            args: [
              ...['--pipeline', 'src/pipeline.ts', '--step', 'tune-best'],
              ...['--store', `s3://lake/runs/stress/${RUN_FOLDER}`],
              ...['--params-json', JSON.stringify({ train: { salt: `it's "x"` } }).replaceAll(/[:,]/g, '$& ')],
              ...['--skipped-exit', '99'],
            ],
            resources: { requests, limits: requests },
          }),
        ],
      }),
    }),
  });
});

test('Airflow takes random pipelines, and their tasks wait for each other as the steps do', async () => {
  const documents = fc
    .sample(documentsWith(FEATURES), { numRuns: 30, seed: 30 })
    .map((document, index) => ({ ...document, name: `random-${index}` }));
  const { importErrors, dags } = await podsOf(documents);
  expect(importErrors).toEqual({});
  for (const document of documents) {
    const { edges } = airflowKubernetes.readGraph(compile(airflowKubernetes, document, SETTINGS));
    const expected = document.steps.map(({ name }) => {
      return [name, edges.flatMap(([before, after]) => (after === name ? [before] : [])).sort()];
    });
    const found = Object.entries(dags[document.name] ?? {}).map(([name, { upstream }]) => [name, upstream]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
  }
});

test('a DAG whose Pod asks for what Kubernetes does not know is refused', async () => {
  const document = await stressDocument();
  const files = compile(airflowKubernetes, document, SETTINGS);
  const dags = join(home, 'worse');
  await mkdir(dags);
  const worse = files.get('stress.json')?.replace('"operator": "Exists"', '"operate": "Exists"') ?? '';
  await writeFile(join(dags, 'stress.json'), worse);
  await writeFile(join(dags, 'stress.py'), files.get('stress.py') ?? '');
  const stdout = await inAirflow([join(TESTING, 'render_pods.py'), dags, RUN_ID, '{}']);
  expect(stdout).toContain("unexpected keyword argument 'operate'");
});

test.each([
  ['yes', {}, 0],
  ['no', { 'count.upTo': 2 }, 99],
])('a gate that says %s: the Pods’ commands leave what the step runner leaves', async (_, params, exit) => {
  const project = await numbersProject();
  try {
    const settings = {
      ...SETTINGS,
      lake: join(project.folder, 'lake'),
      pipeline: join(project.folder, 'src/pipeline.ts'),
      command: ['node', RUN_STEP],
    };
    const { importErrors, dags } = await podsOf([project.document], settings, params);
    expect(importErrors).toEqual({});
    const codes: Record<string, number | undefined> = {};
    const { PATH = '' } = process.env;
    for (const { name } of stepOrder(project.document)) {
      const { command = [], args = [] } = dags.numbers?.[name]?.pod.spec.containers[0] ?? {};
      const [program = '', ...words] = [...command, ...args];
      const env = { PATH: [NODE_FOLDER, PATH].join(delimiter) };
      codes[name] = (await execa(program, words, { env, reject: false })).exitCode;
    }
    expect(codes).toMatchObject({ count: 0, square: 0, gather: 0, celebrate: exit, 'after-party': exit });
    await project.runAll(Object.entries(params).map(([name, value]) => `${name}=${value}`));
    const store = join(settings.lake, 'numbers', RUN_FOLDER);
    const hashes = project.document.steps.map(async ({ name }) => {
      return [name, await hashArtifact(artifactsFolder(store, name))] as const;
    });
    expect(Object.fromEntries(await Promise.all(hashes))).toEqual(await project.hashes());
  } finally {
    await project.remove();
  }
});
