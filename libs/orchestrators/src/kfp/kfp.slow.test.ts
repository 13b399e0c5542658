import { fileURLToPath } from 'node:url';
import { type PipelineDocument, pythonEnvironment } from '@ml-platform/pipeline';
import { execa } from 'execa';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { FEATURES } from '../features.ts';
import { type CompiledFiles, compile } from '../target.ts';
import { documentsWith, meshDocument, stressDocument } from '../testing/documents.ts';
import { tuned } from '../sagemaker/testing/tuned.ts';
import { kubeflow } from './kubeflow.ts';
import { sales } from './testing/sales.ts';
import { KUBEFLOW, VERTEX } from './testing/settings.ts';
import { vertex } from './vertex.ts';

const TESTING = fileURLToPath(new URL('./testing', import.meta.url));

let python: string;
beforeAll(async () => {
  python = await pythonEnvironment(`${TESTING}/requirements.txt`);
}, 600_000);

/** What the engines' libraries say of each set of files: `null`, or what is wrong. */
async function problems(all: readonly CompiledFiles[]): Promise<(string | null)[]> {
  const input = JSON.stringify(all.map((files) => Object.fromEntries(files)));
  const { stdout } = await execa(python, [`${TESTING}/validate.py`], { input });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as (string | null)[];
}

const forKubeflow = (document: unknown) => compile(kubeflow, document, KUBEFLOW, { without: ['disk'] });
const forVertex = (document: unknown) => compile(vertex, document, VERTEX);

test('the libraries of both engines take the stress pipeline, the mesh, and 30 random ones', async () => {
  const random = fc.sample(documentsWith(FEATURES), 30);
  const all = [await stressDocument(), meshDocument(), sales(), ...random];
  const found = await problems(all.flatMap((document) => [forKubeflow(document), forVertex(document)]));
  expect(found).toEqual(found.map(() => null));
}, 300_000);

/** Vertex AI has no metric whose name has a space. */
const searchedByVertex = (given: PipelineDocument) => {
  const document = JSON.parse(JSON.stringify(given).replaceAll('a u.c', 'auc')) as PipelineDocument;
  return compile(vertex, document, { ...VERTEX, steps: tuned(document) });
};

test('and the same with tuning jobs for their searches', async () => {
  const random = fc.sample(documentsWith(FEATURES), 30);
  const all = [await stressDocument(), ...random].map(searchedByVertex);
  const launched = all.filter((files) => files.get('pipeline.yaml')?.includes('HyperparameterTuningJob'));
  expect(launched.length).toBeGreaterThan(10);
  expect(await problems(all)).toEqual(all.map(() => null));
}, 300_000);

test('and no tuning job that is broken in one place', async () => {
  const search = {
    rate: { min: -1, max: 0.5 },
    depth: { min: 0, max: 9, integer: true },
    booster: ['a', 'b'],
    leaves: [7, 31],
  };
  const tune = { metric: { output: 'quality', name: 'auc' }, goal: 'maximize', trials: 8, parallel: 2, search };
  const properties = Object.fromEntries(Object.keys(search).map((name) => [name, {}]));
  const files = searchedByVertex(sales({ tune, spot: true }, { params: { train: { type: 'object', properties } } }));
  const mutations: [string, string][] = [
    ['parameter_id', 'parameter'],
    ['"min_value":-1', '"min_value":"low"'],
    ['UNIT_LINEAR_SCALE', 'LINEAR'],
    ['MAXIMIZE', 'MOST'],
    ['"parallel_trial_count":2', '"parallel_trial_count":9'],
    ['"metric_id":"quality.auc"', '"metric_id":"quality auc"'],
    ['"values":[7,31]', '"values":[31,7]'],
    ['trial_job_spec', 'job_spec'],
    ['discrete_value_spec', 'list_value_spec'],
    ['"max_trial_count":8', '"max_trial_count":0'],
  ];
  // JSON within a text of YAML.
  const within = (json: string) => json.replaceAll('"', '\\"');
  const broken = mutations.map(([from, to]) => {
    const text = files.get('pipeline.yaml') ?? '';
    expect(text).toContain(within(from));
    return new Map([...files, ['pipeline.yaml', text.replace(within(from), within(to))]]);
  });
  const [sound, ...found] = await problems([files, ...broken]);
  expect(sound).toBeNull();
  const missed = found.flatMap((problem, at) => (problem === null ? [mutations[at]?.[0]] : []));
  expect(missed).toEqual([]);
}, 300_000);

interface Mutation {
  readonly file: string;
  readonly from: RegExp;
  readonly to: string;
}

const inPipeline = (from: RegExp, to: string): Mutation => ({ file: 'pipeline.yaml', from, to });
const BOTH = [
  inPipeline(/dependentTasks:/, 'dependsOn:'),
  inPipeline(/enableCache: true/, 'enableCache: maybe'),
  inPipeline(/maxRetryCount: 2/, 'maxRetryCount: twice'),
  inPipeline(/ command:/, ' entrypoint:'),
  inPipeline(/schemaVersion: 2.1.0/, 'version: 2.1.0'),
];

test('and none of these that are broken in one place', async () => {
  const schedule = { cron: '0 4 * * *', timezone: 'Europe/Berlin' };
  const document = sales({ spot: true, timeout: '1h' }, { schedule, labels: { team: 'growth' } });
  const cases: [CompiledFiles, Mutation][] = [
    ...BOTH.flatMap((mutation): [CompiledFiles, Mutation][] => [
      [forKubeflow(document), mutation],
      [forVertex(document), mutation],
    ]),
    [forKubeflow(document), inPipeline(/activeDeadlineSeconds/, 'deadline')],
    [forKubeflow(document), inPipeline(/operator: Exists/, 'operator: [Exists]')],
    [forKubeflow(document), { file: 'recurring-run.json', from: /cron_schedule/, to: 'cronSchedule' }],
    [forKubeflow(document), { file: 'recurring-run.json', from: /no_catchup/, to: 'no_catch_up' }],
    [forVertex(document), inPipeline(/machine_type/, 'machine')],
    [forVertex(document), inPipeline(/SPOT/, 'CHEAP')],
    [forVertex(document), { file: 'pipeline-job.json', from: /gcsOutputDirectory/, to: 'outputDirectory' }],
    [
      forVertex(document),
      { file: 'schedule.json', from: /maxConcurrentRunCount": "1"/, to: 'maxConcurrentRunCount": "one"' },
    ],
    [forVertex(document), { file: 'schedule.json', from: /createPipelineJobRequest/, to: 'request' }],
  ];
  const broken = cases.map(([files, { file, from, to }]) => {
    const text = files.get(file) ?? '';
    expect(text).toMatch(from);
    return new Map([...files, [file, text.replace(from, to)]]);
  });
  const found = await problems([forKubeflow(document), forVertex(document), ...broken]);
  expect(found.slice(0, 2)).toEqual([null, null]);
  const missed = found.slice(2).flatMap((problem, at) => (problem === null ? [String(cases[at]?.[1].from)] : []));
  expect(missed).toEqual([]);
}, 300_000);
