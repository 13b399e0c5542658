import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ObjectStore, openStore } from '@ml-platform/storage';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type FrameworksProject, frameworksProject } from '../python/testing/frameworks-project.ts';
import { type SparkServices, startSparkServices } from './testing/spark-services.ts';

let services: SparkServices;
let project: FrameworksProject;
let folder: string;
beforeAll(async () => {
  services = await startSparkServices();
  for (const [name, value] of Object.entries(services.env)) vi.stubEnv(name, value);
  project = await frameworksProject();
  folder = await mkdtemp(join(tmpdir(), 'on-spark-'));
}, 600_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await services.stop();
  await project.remove();
  await rm(folder, { recursive: true });
});

async function readJson(store: ObjectStore, path: string) {
  await store.download(path, join(folder, path));
  return JSON.parse(await readFile(join(folder, path), 'utf8'));
}

test.each(['emr', 'glue'] as const)(
  '%s: a pipeline’s Spark steps run on the service, the others here; artifacts are as without it',
  async (name) => {
    const uri = `s3://lake/runs/${name}`;
    const said = await project.command([
      '--all',
      '--store',
      uri,
      '--spark',
      services[name],
      '--param',
      'primes.upTo=50',
    ]);
    expect(said).toMatch(/\[aggregate\] (EMR Serverless|AWS Glue): started \S+\n/);
    expect(said).toMatch(/\[aggregate\] (EMR Serverless|AWS Glue): (success|succeeded)\n/);
    expect(said).toContain('[aggregate] metric metrics.rows=105\n');
    expect(said).toContain('[primes] 15 primes');
    const store = await openStore(uri);
    const files = await store.list('');
    expect(files.filter((file) => file.startsWith('artifacts/widen/'))).toEqual([
      'artifacts/widen/wide/part-00000.parquet',
    ]);
    expect(files.filter((file) => file.startsWith('artifacts/aggregate/'))).toContain(
      'artifacts/aggregate/delays/part-00000.parquet',
    );
    expect(files.filter((file) => file.includes('/outputs/'))).toEqual([]);
    expect(files.filter((file) => /^jobs\/widen\/[^/]+\//.test(file)).map((file) => file.split('/')[3])).toEqual([
      'context.json',
      'modules.zip',
      'widen.py',
    ]);
    expect(await readJson(store, 'artifacts/compare/compared.json')).toMatchObject({
      delays: [{ missing: '0', extra: '0', found: '105' }],
      wide: [{ rows: '21' }],
    });
    const { inputs, outputs } = await readJson(store, 'runs/widen.json');
    expect([...inputs, ...outputs].map(({ facets }) => facets.version.datasetVersion)).toEqual([
      expect.stringMatching(/^stored:[0-9a-f]{64}$/),
      expect.stringMatching(/^stored:[0-9a-f]{64}$/),
    ]);
  },
  600_000,
);

test('places that an engine gives one by one are read and written where they are', async () => {
  const at = (path: string) => `s3://lake/runs/${path}`;
  const places = [
    ...['--input', `aggregate.delays=${at('emr/artifacts/aggregate')}`],
    ...['--output', `wide=${at('places/wide')}`, '--record', at('places/record')],
  ];
  const said = await project.command(['--step', 'widen', '--spark', services.emr, ...places]);
  expect(said).toContain('[widen] done in');
  const files = await (await openStore(at('places'))).list('');
  expect(files.filter((file) => !file.includes('/jobs/'))).toEqual([
    'record/widen.json',
    'wide/wide/part-00000.parquet',
  ]);
  const withStore = await project.command(['--step', 'widen', '--spark', services.emr, '--store', at('emr')]);
  expect(withStore).toContain('[widen] done in');
  const mixed = project.command(['--step', 'widen', '--spark', services.emr, ...places.slice(0, 4)]);
  await expect(mixed).rejects.toMatchObject({
    all: expect.stringContaining('a service needs a place for the run record'),
  });
}, 600_000);

test('a job that fails is an error in the service’s words, and leaves what was there', async () => {
  const uri = 's3://lake/runs/emr';
  const before = await (await openStore(uri)).list('artifacts/');
  const failing = project.command([
    '--step',
    'aggregate',
    '--store',
    uri,
    '--spark',
    services.emr,
    '--param',
    'from=99999',
  ]);
  await expect(failing).rejects.toMatchObject({
    exitCode: 8,
    all: expect.stringMatching(
      /error: EMR Serverless: job \S+ failed: Job failed.*\n.*hint: {2}look at what it printed: s3:\/\/lake/s,
    ),
  });
  expect(await (await openStore(uri)).list('artifacts/')).toEqual(before);
}, 600_000);

test.each(['emr', 'glue'] as const)(
  '%s: told to stop, it stops the job first',
  async (name) => {
    const run = execa(
      process.execPath,
      [
        ...project.words,
        ...[
          '--step',
          'aggregate',
          '--store',
          's3://lake/runs/emr',
          '--spark',
          `${services[name]}&conf.spark.test.hangs=1`,
        ],
      ],
      { all: true, reject: false },
    );
    let said = '';
    run.all.on('data', (chunk) => {
      said += String(chunk);
    });
    await vi.waitFor(() => expect(said).toContain('running'), { timeout: 60_000 });
    run.kill('SIGTERM');
    const { all, exitCode } = await run;
    expect(all).toMatch(/told \S+ to stop\n.*has ended\n/s);
    expect([exitCode, all]).toEqual([
      8,
      expect.stringContaining("step 'aggregate' of 'frameworks' was stopped: SIGTERM"),
    ]);
  },
  120_000,
);

test('no service reads a folder, nor another cloud’s store', async () => {
  const aggregate = (...words: string[]) => project.command(['--step', 'aggregate', '--spark', services.emr, ...words]);
  await expect(aggregate('--store', join(folder, 'local'))).rejects.toMatchObject({
    exitCode: 2,
    all: expect.stringContaining("step 'aggregate' is run by EMR Serverless, which reads no folder of this machine"),
  });
  await expect(aggregate('--store', 'gs://lake/runs')).rejects.toMatchObject({
    exitCode: 2,
    all: expect.stringContaining('EMR Serverless reads s3://, and this lies elsewhere: gs://lake/runs'),
  });
  expect(await readdir(folder)).not.toContain('local');
  await expect(project.command(['--step', 'make', '--spark', 'emr://x'])).rejects.toMatchObject({
    all: expect.stringContaining("--spark is 'emr://x', expected the address of a Spark service"),
  });
});
