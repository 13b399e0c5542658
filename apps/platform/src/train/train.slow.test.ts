import { appendFile, cp, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { linkPackages } from '@ml-platform/pipeline/testing/link-packages';
import { openRegistry } from '@ml-platform/registry/shared';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { models } from '../models/models.ts';
import { printed } from '../testing/printed.ts';
import { WORKSPACE } from '../workspace.ts';
import { train } from './train.ts';

const SALES = fileURLToPath(new URL('fixtures/sales', import.meta.url));
const NO_MODEL = `import * as pipelines from '@ml-platform/pipeline';
const { definePipeline, defineStep, json } = pipelines;
const count = defineStep({ name: 'count', outputs: { rows: json() }, run: () => import('./count.run.ts') });
export default definePipeline('visits', ({ add }) => void add(count));
`;

let workspace: string;
let shared: string;
beforeAll(async () => {
  workspace = await realpath(await mkdtemp(join(tmpdir(), 'train-')));
  shared = pathToFileURL(join(workspace, 'shared')).href;
  for (const path of ['package.json', 'package-lock.json', 'nx.json', 'libs'])
    await cp(join(WORKSPACE, path), join(workspace, path), { recursive: true });
  await cp(SALES, join(workspace, 'apps/sales'), { recursive: true });
  await cp(SALES, join(workspace, 'apps/visits'), { recursive: true });
  await rm(join(workspace, 'apps/visits/gate.yaml'));
  await writeFile(join(workspace, 'apps/visits/src/pipeline.ts'), NO_MODEL);
  await writeFile(join(workspace, 'apps/visits/params.yaml'), '');
  await writeFile(
    join(workspace, 'apps/visits/package.json'),
    '{ "name": "visits", "private": true, "type": "module" }',
  );
  await writeFile(
    join(workspace, '.gitignore'),
    'node_modules\n.nx\n/*/*/artifacts\n/*/*/runs\n/models\n/shared\n/out\n',
  );
  await linkPackages(workspace);
  vi.stubEnv('NX_DAEMON', 'false');
  vi.stubEnv('NX_TUI', 'false');
  vi.stubEnv('CI', 'true');
  vi.stubEnv('MODEL_REGISTRY', shared);
  await git('init', '--quiet', '--initial-branch', 'main');
  await commit();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(workspace, { recursive: true, force: true });
});

const git = (...args: string[]) => execa('git', args, { cwd: workspace });

async function commit(): Promise<void> {
  await git('add', '--all');
  await git('-c', 'user.name=x', '-c', 'user.email=x@localhost', 'commit', '--quiet', '--message', 'x');
}

async function trained(...args: string[]) {
  const { text, thrown } = await printed(() => train([...args, '--json'], workspace));
  return { outcomes: text === '' ? undefined : (JSON.parse(text) as { outcomes: unknown[] }).outcomes, thrown };
}

async function inRegistry(location: string): Promise<string[]> {
  const registry = await openRegistry(location);
  const versions = await registry.list();
  await registry.close();
  return versions.map(({ name, version, aliases }) => [`${name} ${version}`, ...aliases].join(' '));
}

test('a small run gets to its end, and leaves nothing in any registry', async () => {
  const report = join(workspace, 'out/sample.md');
  const { outcomes, thrown } = await trained('--sample', '--report', report);
  expect(thrown).toBeUndefined();
  expect(outcomes).toEqual([{ pipeline: 'sales', model: 'sold', status: 'sampled', metrics: { auc: 0.1 } }]);
  expect(await readFile(report, 'utf8')).toContain('| sales | sold | ✅ | a small run got to its end;');
  for (const place of [join(workspace, 'models'), shared])
    await expect(openRegistry(place, { create: false })).rejects.toMatchObject({ code: 'notFound' });
});

test('a candidate is made, compared and pushed; the champion stays until it is promoted', async () => {
  const report = join(workspace, 'out/report.md');
  const first = await trained('sales', '--push', '--report', report);
  expect(first.thrown).toBeUndefined();
  expect(first.outcomes).toMatchObject([
    {
      pipeline: 'sales',
      model: 'sold',
      status: 'trained',
      pushed: '1',
      reports: ['apps/sales/artifacts/fit/report.html'],
      comparison: { passes: true, champion: null, gate: 'apps/sales/gate.yaml' },
    },
  ]);
  const text = await readFile(report, 'utf8');
  expect(text).toContain(
    '| sales | sold | ✅ | version 1 passes the gate; candidate in the shared registry, as version 1 |',
  );
  expect(text).toContain('- `apps/sales/artifacts/fit/report.html`');
  await printed(() => models(['promote', 'sold', 'candidate'], workspace));
  const better = await trained('sales', '--param', 'fit.auc=0.8', '--push');
  expect(better.outcomes).toMatchObject([{ pushed: '2', comparison: { champion: { version: '1' } } }]);
  expect(await inRegistry(shared)).toEqual(['sold 1 champion', 'sold 2 candidate']);
  expect(await inRegistry(join(workspace, 'models'))).toEqual(['sold 1', 'sold 2 candidate']);
}, 300_000);

test('a gate that says no, a condition that keeps a model back and a failure are all told', async () => {
  const worse = await trained('sales', '--param', 'fit.auc=0.65', '--push');
  expect(worse.outcomes).toMatchObject([{ status: 'trained', pushed: '3', comparison: { passes: false } }]);
  expect(worse.thrown).toMatchObject({
    ...{ code: 'step', exitCode: 8 },
    message: 'sales: version 3 does not pass the gate; kept in the shared registry, as version 3',
  });
  expect(await inRegistry(shared)).toEqual(['sold 1 champion', 'sold 2 candidate', 'sold 3']);
  const report = join(workspace, 'out/kept-back.md');
  const keptBack = await trained('sales', '--param', 'fit.auc=0.01', '--report', report);
  expect(keptBack.outcomes).toEqual([
    { pipeline: 'sales', model: 'sold', status: 'keptBack', reason: 'assess.auc = 0.01 is not > 0.05' },
  ]);
  expect(keptBack.thrown).toMatchObject({ exitCode: 8 });
  expect(await readFile(report, 'utf8')).toContain(
    '| sales | sold | ❌ | not registered: assess.auc = 0.01 is not > 0.05 |',
  );
  const failed = await trained('sales', '--param', 'fit.auc=-1');
  expect(failed.outcomes).toMatchObject([{ pipeline: 'sales', status: 'failed' }]);
  expect(failed.thrown).toMatchObject({ exitCode: 8 });
}, 300_000);

test('a champion is measured again on the data of a candidate, and that is kept with it', async () => {
  const data = ['--param', 'assess.drift=0.05'];
  const later = await trained('sales', '--param', 'fit.auc=0.695', ...data, '--push');
  const measured = { metric: 'auc', candidate: expect.closeTo(0.645), champion: expect.closeTo(0.65), passes: true };
  expect(later.outcomes).toMatchObject([
    { pushed: '4', comparison: { passes: true, apart: null, metrics: [measured] } },
  ]);
  const { text } = await printed(() => models(['compare', 'sold', '--json'], workspace));
  expect(JSON.parse(text)).toMatchObject({ passes: true, apart: null, metrics: [measured] });
  expect(await readFile(join(workspace, 'apps/sales/artifacts/fit/model/model.onnx'), 'utf8')).toBe('auc 0.695');

  const other = await trained('sales', '--param', 'fit.auc=0.9', '--param', 'assess.readable=0.8');
  expect(other.outcomes).toMatchObject([
    { comparison: { passes: true, apart: "step 'assess' of 'sales' failed: it reads another column" } },
  ]);
  expect(other.outcomes).toMatchObject([{ comparison: { metrics: [{ champion: 0.7 }] } }]);
}, 300_000);

test('only what a change affects is trained', async () => {
  const nothing = { outcomes: [], thrown: undefined };
  const affected = () => trained('--affected', '--base', 'HEAD');
  expect(await affected()).toEqual(nothing);
  await writeFile(join(workspace, 'apps/visits/params.yaml'), '# ours\n');
  await writeFile(join(workspace, 'README.md'), '# Ours\n');
  expect(await affected()).toEqual(nothing);
  await commit();
  await appendFile(join(workspace, 'libs/registry/src/content-hash.ts'), '// ours\n');
  expect((await affected()).outcomes).toMatchObject([{ pipeline: 'sales', status: 'trained' }]);
  await git('checkout', '--quiet', '.');
  expect(await affected()).toEqual(nothing);
  await writeFile(join(workspace, 'apps/sales/params.yaml'), 'fit: { auc: 0.9 }\n');
  await commit();
  const { outcomes } = await trained('--affected', '--base', 'HEAD~1');
  expect(outcomes).toMatchObject([{ pipeline: 'sales', status: 'trained', comparison: { passes: true } }]);
  expect((await trained('--affected', '--base', 'nowhere')).thrown).toMatchObject({ code: 'usage' });
}, 300_000);

test.each([
  [['visits'], 'config', "pipeline 'visits' registers no model"],
  [['sale'], 'notFound', "there is no pipeline 'sale'"],
  [['--sample', '--push'], 'usage', 'a --sample is not pushed'],
  [['--sample', '--env', 'prod'], 'usage', '--sample is an environment of its own'],
  [['--base', 'main'], 'usage', '--base goes with --affected'],
  [['--push', '--registry', 'models'], 'usage', 'there is no shared registry to push to'],
  [['sales', '--env', 'prod'], 'config', "environment 'prod' has no parameter file"],
])('%j is refused before anything runs', async (args, code, message) => {
  const { outcomes, thrown } = await trained(...args);
  expect(outcomes).toBeUndefined();
  expect(thrown).toMatchObject({ code, message: expect.stringContaining(message) });
});

test('a registration that can make no candidate is told what it lacks', async () => {
  const file = join(workspace, 'apps/sales/src/steps/enter.ts');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace("    alias: z.string().default('champion'),\n", ''));
  const { thrown } = await trained('sales');
  await writeFile(file, text);
  expect(thrown).toMatchObject({ code: 'config', message: expect.stringContaining("has no parameter 'alias'") });
});
