import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AliasChange, ModelVersion } from '@ml-platform/registry';
import { openRegistry } from '@ml-platform/registry/shared';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { modelFolder } from '../testing/model-folder.ts';
import { printed } from '../testing/printed.ts';
import type { Comparison } from './comparison/compare-versions.ts';
import { models } from './models.ts';

const GATE = `model: sales
metrics:
  auc: { better: higher, atLeast: 0.65, mayLose: 0.005 }
  logLoss: { better: lower, mayLose: 0.01 }
`;

let workspace: string;
let shared: string;
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'models-'));
  shared = pathToFileURL(join(workspace, 'shared')).href;
  vi.stubEnv('MODEL_REGISTRY', shared);
  await mkdir(join(workspace, 'apps/sales'), { recursive: true });
  await writeFile(join(workspace, 'apps/sales/gate.yaml'), GATE);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(workspace, { recursive: true });
});

/** As a pipeline does: a model of this machine, and the candidate. */
async function train(bytes: string, metrics: Record<string, number>, more: object = {}): Promise<void> {
  const registry = await openRegistry(join(workspace, 'models'));
  const source = await modelFolder(join(workspace, 'sources', bytes), bytes, more);
  const { version } = await registry.register({ name: 'sales', source, metrics });
  await registry.setAlias('sales', 'candidate', version);
  await registry.close();
}

const run = (...args: string[]) => printed(() => models(args, workspace));

async function said(...args: string[]): Promise<string> {
  const { text, thrown } = await run(...args);
  if (thrown !== undefined) throw thrown;
  return text;
}

async function json<Result>(...args: string[]): Promise<Result> {
  return JSON.parse((await run(...args, '--json')).text) as Result;
}

test('the first candidate comes into the shared registry once, and becomes the champion', async () => {
  await train('a', { auc: 0.7, logLoss: 0.5, rows: 1200 });
  expect(await said('push', 'sales')).toBe(`sales version 1 of models is now version 1 of ${shared}\n`);
  expect(await said('push', 'sales')).toBe(`sales version 1 of models was and is version 1 of ${shared}\n`);
  expect(await json('push', 'sales')).toMatchObject({ version: '1', aliases: ['candidate'], created: false });
  expect(await said('compare', 'sales')).toBe(`sales: version 1 without a champion yet
  metric   candidate  allowed
  auc      0.7        at least 0.65, may lose 0.005  passes
  logLoss  0.5        may lose 0.01                  passes
  rows     1,200
Passes apps/sales/gate.yaml; there is no champion yet, so nothing can be lost.
`);
  expect(await said('promote', 'sales', 'candidate')).toBe('sales: version 1 is the champion, before: none\n');
  expect(await json('list')).toMatchObject([{ name: 'sales', version: '1', aliases: ['candidate', 'champion'] }]);
  expect(await said('list', 'sales')).toMatch(/^model {2}version .*\nsales {2}1 {8}candidate, champion {2}\d{4}-/);
  expect(await json<ModelVersion[]>('list', '--registry', 'models')).toMatchObject([{ aliases: ['candidate'] }]);
});

test('a worse candidate is refused, forced with a reason, rolled back, and all of it is kept', async () => {
  await train('a', { auc: 0.72, logLoss: 0.4 });
  await said('push', 'sales');
  await said('promote', 'sales', '1');
  await train('b', { auc: 0.7, logLoss: 0.3 });
  await said('push', 'sales');
  const markdown = join(workspace, 'out/report.md');
  const { text, thrown } = await run('compare', 'sales', '--markdown', markdown);
  expect(text).toContain('Does not pass apps/sales/gate.yaml: auc.');
  expect(thrown).toMatchObject({
    code: 'step',
    exitCode: 8,
    message: `version 2 of "sales" does not pass: auc: 0.7 is 0.02 worse than the champion's 0.72, and may be 0.005`,
    hint: 'train a better model, or change apps/sales/gate.yaml',
  });
  expect(await readFile(markdown, 'utf8')).toContain(
    '| ❌ | auc ↑ | 0.7 | 0.72 | -0.02 | at least 0.65, may lose 0.005 |',
  );
  vi.spyOn(process.stderr, 'write').mockReturnValueOnce(true);
  expect((await run('promote', 'sales', 'candidate')).thrown).toMatchObject({ code: 'step' });
  expect((await run('promote', 'sales', '2', '--force')).thrown).toMatchObject({ code: 'usage' });
  expect((await run('promote', 'sales', '2', '--force', '--reason', ' ')).thrown).toMatchObject({ code: 'usage' });
  expect(await said('promote', 'sales', '2', '--force', '--reason', 'the data changed')).toBe(
    'sales: version 2 is the champion, against the gate, before: 1\n',
  );
  expect(await said('rollback', 'sales', '--reason', 'it did not')).toBe(
    'sales: version 1 is the champion again, in place of 2\n',
  );
  expect((await run('rollback', 'sales')).thrown).toMatchObject({ code: 'notFound' });
  const champion = (await json<AliasChange[]>('history', 'sales')).filter(({ alias }) => alias === 'champion');
  expect(champion.map(({ action, version, reason }) => [action, version, reason])).toEqual([
    ['promoted', '1', null],
    ['forced', '2', 'the data changed'],
    ['rolledBack', '1', 'it did not'],
  ]);
  expect(await said('history', 'sales')).toMatch(/champion {3}2 → 1 {2}rolled back +it did not\n$/);
});

test('what passes is no forced promotion, though it was asked for', async () => {
  await train('a', { auc: 0.7, logLoss: 0.5 });
  await said('push', 'sales');
  await said('promote', 'sales', 'candidate', '--force', '--reason', 'in a hurry');
  const history = await json<AliasChange[]>('history', 'sales');
  expect(history.at(-1)).toMatchObject({ action: 'promoted', reason: 'in a hurry' });
});

test('a model without a gate is compared, and may be promoted', async () => {
  await rm(join(workspace, 'apps/sales/gate.yaml'));
  await train('a', { auc: 0.1 });
  await said('push', 'sales');
  expect(await said('compare', 'sales')).toContain('No gate: no apps/PIPELINE/gate.yaml speaks of this model.');
  await said('promote', 'sales', 'candidate');
});

test('two gates of one model are refused', async () => {
  await train('a', { auc: 0.7, logLoss: 0.5 });
  await mkdir(join(workspace, 'apps/more'));
  await writeFile(join(workspace, 'apps/more/gate.yaml'), GATE);
  const { thrown } = await run('compare', 'sales', '--registry', 'models');
  expect(thrown).toMatchObject({
    code: 'config',
    message: 'apps/more/gate.yaml and apps/sales/gate.yaml are both gates of the model "sales"',
  });
});

test('metrics over the versions and what the models were trained on are compared as well', async () => {
  const edges = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((tenth) => tenth / 20);
  const reference = { rows: 1200, firstDay: '2026-01-01', lastDay: '2026-02-01', label: { name: 'sold', mean: 0.25 } };
  await train('a', { auc: 0.7, logLoss: 0.4 }, { reference: { ...reference, prediction: { edges } } });
  await said('push', 'sales');
  await said('promote', 'sales', 'candidate');
  await train('b', { auc: 0.71, logLoss: 0.4 }, { reference: { ...reference, rows: 1500, prediction: { edges } } });
  await said('push', 'sales');
  const markdown = join(workspace, 'report.md');
  const comparison = await json<Comparison>('compare', 'sales', '--markdown', markdown);
  expect(comparison).toMatchObject({ passes: true, candidate: { version: '2' }, champion: { version: '1' } });
  expect(comparison.metrics[0]).toMatchObject({ metric: 'auc', passes: true, candidate: 0.71, champion: 0.7 });
  const expected = await readFile(new URL('fixtures/comparison.txt', import.meta.url), 'utf8');
  expect(await readFile(markdown, 'utf8')).toBe(expected);
});

test('a version is shown, and exported whole', async () => {
  await train('a', { auc: 0.7, logLoss: 0.5 });
  await said('push', 'sales');
  const out = join(workspace, 'out');
  expect((await run('export', 'sales')).thrown).toMatchObject({
    code: 'usage',
    message: 'models export needs --out FOLDER',
  });
  expect((await run('export', 'sales', '--out', out)).thrown).toMatchObject({
    code: 'notFound',
    hint: 'there is 1 = candidate',
  });
  expect(await said('export', 'sales@candidate', '--out', out)).toBe(`sales version 1 is in ${out}\n`);
  expect((await readdir(out)).sort()).toEqual(['model.json', 'model.onnx']);
  expect(await json('export', 'sales:1', '--out', out)).toMatchObject({ version: '1', folder: out });
  expect(await said('show', 'sales:1')).toMatch(/^sales\n {2}version {2}1 = candidate\n.* auc +0\.7\n/s);
  expect((await run('show', 'sales@one@two')).thrown).toMatchObject({ code: 'usage' });
});

test('a push to this machine itself is refused, and one without a candidate', async () => {
  expect((await run('push', 'sales')).thrown).toMatchObject({ code: 'notFound' });
  await train('a', { auc: 0.7 });
  for (const place of ['', 'models']) {
    vi.stubEnv('MODEL_REGISTRY', place);
    expect((await run('push', 'sales')).thrown).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('there is no shared registry to push to'),
    });
  }
});

test('a champion that another one made meanwhile is not overrun', async () => {
  await train('a', { auc: 0.7, logLoss: 0.5 });
  await said('push', 'sales');
  await train('b', { auc: 0.8, logLoss: 0.5 });
  await said('push', 'sales');
  const promote = (version: string) =>
    models(['promote', 'sales', version], workspace).then(
      () => 'won',
      ({ code }) => code,
    );
  let both: string[] = [];
  await printed(async () => {
    both = await Promise.all(['1', '2'].map(promote));
  });
  expect(both.sort()).toEqual(['busy', 'won']);
});
