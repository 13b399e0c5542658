import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BigQueryServer, bigQueryServer } from './testing/bigquery-server.ts';
import { type CountsWorkspace, countsWorkspace, PIPELINE } from './testing/counts-workspace.ts';
import { stepEnvironment } from './testing/step-run.ts';

const QUERY = 'CREATE TABLE metrics AS\nSELECT 7 AS n;\n';

let server: BigQueryServer;
let workspace: CountsWorkspace;
let folder: string;
beforeAll(async () => {
  [server, workspace] = await Promise.all([bigQueryServer(), countsWorkspace()]);
  folder = await mkdtemp(join(tmpdir(), 'counts-'));
});
afterAll(async () => {
  await Promise.all([server.close(), workspace.remove(), rm(folder, { recursive: true, force: true })]);
});
beforeEach(() => workspace.writeQuery(QUERY));

const RUN_STEP = 'libs/pipeline/bin/run-step.mjs';
const BUNDLE = 'libs/pipeline/bin/bundle.mjs';

/** Runs the step, in the workspace unless a bundle is named. */
async function count(
  store: string,
  { bundle, args = [] }: { readonly bundle?: string; readonly args?: string[] } = {},
) {
  const command = bundle === undefined ? RUN_STEP : 'bin/run-step';
  const all = [command, '--pipeline', PIPELINE, '--step', 'count', '--store', join(folder, store), ...args];
  return workspace.node(all, { env: stepEnvironment(server), ...(bundle !== undefined && { cwd: bundle }) });
}

const metricsIn = async (store: string): Promise<unknown> =>
  JSON.parse(await readFile(join(folder, store, 'artifacts/count/metrics.json'), 'utf8'));

test('the query is code of the step, and so is what runs it', async () => {
  const call = `import { importClosure } from '@ml-platform/pipeline';
    console.log(JSON.stringify(importClosure(['${workspace.project}/src/steps/count.ts'], '${workspace.root}')));`;
  const { stdout } = await workspace.node(['--input-type=module', '--eval', call]);
  const { files, packages } = JSON.parse(stdout) as { files: string[]; packages: string[] };
  const names = files.map((file) => file.slice(workspace.root.length + 1));
  expect(names).toEqual(
    expect.arrayContaining(['apps/counts/src/steps/count.sql', 'libs/bigquery/src/run-bigquery.ts']),
  );
  expect(names.filter((name) => /testing|\.test\.|^libs\/pipeline/.test(name))).toEqual([]);
  expect(packages).toEqual(['google-auth-library', 'opendal', 'zod']);
});

test('a step whose query is the same is left as it is; another query makes it run', async () => {
  expect(await count('reused', { args: ['--reuse'] })).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await metricsIn('reused')).toEqual({ n: 7 });
  expect((await count('reused', { args: ['--reuse'] })).stdout).toContain('unchanged');
  await workspace.writeQuery(QUERY.replace('7', '8'));
  const { stdout } = await count('reused', { args: ['--reuse'] });
  expect(stdout).not.toContain('unchanged');
  expect(stdout).toContain(`dataset acme.ml_counts_count_`);
  expect(await metricsIn('reused')).toEqual({ n: 8 });
});

test('a bundle carries the query, runs it, and keeps its own when the workspace has another', async () => {
  const out = join(folder, 'bundle');
  const bundled = await workspace.node([BUNDLE, 'apps/counts', '--out', out]);
  expect(bundled.exitCode, bundled.stderr).toBe(0);
  expect(bundled.stdout).toMatch(/to be installed in the image: opendal$/m);
  expect(await readFile(join(out, 'apps/counts/src/steps/count.sql'), 'utf8')).toBe(QUERY);
  await workspace.writeQuery('SELECT nothing');
  const { exitCode, stderr } = await count('bundled', { bundle: out });
  expect(exitCode, stderr).toBe(0);
  expect(await metricsIn('bundled')).toEqual({ n: 7 });
});

test('an error of the query names its line, and its exit code is that of a step', async () => {
  await workspace.writeQuery('CREATE TABLE metrics AS\nSELECT nothing AS n;\n');
  const { exitCode, stderr } = await count('failed');
  expect(stderr).toMatch(/^error: count\.sql:2:8: Query error: .*nothing.*\nhint: {2}mend line 2 of count\.sql$/m);
  expect(exitCode).toBe(8);
  expect([...server.datasets.keys()]).toEqual([]);
});
