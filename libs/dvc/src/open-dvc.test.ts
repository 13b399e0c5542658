import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Progress } from './calls/progress.ts';
import { readHashes, readLock } from './hashes/read-hashes.ts';
import { type Repository, repository } from './testing/repository.ts';

const PIPELINE = `stages:
  train:
    cmd: cp a.txt model.txt; printf '{"auc":NaN,"size":%s}' $(wc -c < params.yaml) > m.json; printf 'step,loss\\n0,1\\n' > loss.csv
    deps: [a.txt]
    params: [depth]
    outs: [model.txt]
    metrics: [{ m.json: { cache: false } }]
    plots: [{ loss.csv: { cache: false, x: step, y: loss } }]
`;

const LONG = `é 2 ${'long '.repeat(30)}name`;

let repo: Repository;
beforeAll(async () => {
  repo = await repository({
    'a.txt': 'first\n',
    'd/1': 'one\n',
    'd/2': 'two\n',
    [LONG]: 'long\n',
    'params.yaml': 'depth: 3\n',
    'dvc.yaml': PIPELINE,
  });
}, 300_000);
afterAll(() => repo.remove());

test('data is added, sent, lost, and brought back', async () => {
  const { dvc, path } = repo;
  const remote = join(repo.folder, '../remote');
  await dvc.add(['a.txt', 'd', LONG]);
  await dvc.remoteAdd('shelf', remote, { isDefault: true });
  expect(await dvc.remotes()).toEqual([{ name: 'shelf', url: remote, isDefault: true }]);
  expect(await dvc.cloudStatus()).toEqual({ 'a.txt': 'new', d: 'new', 'd/1': 'new', 'd/2': 'new', [LONG]: 'new' });
  expect(await dvc.push()).toEqual({ pushed: 5 });
  await rm(path('a.txt'));
  await rm(path(LONG));
  await rm(path('d'), { recursive: true });
  await rm(path('.dvc/cache'), { recursive: true });
  const progress: Progress[] = [];
  const pulled = await dvc.pull(['a.txt', 'd', LONG], { onProgress: (one) => progress.push(one) });
  expect({ ...pulled, added: pulled.added.toSorted() }).toEqual({
    fetched: 5,
    added: ['a.txt', 'd/', LONG],
    modified: [],
    deleted: [],
  });
  expect(progress).toContainEqual({ label: 'Fetching from local', done: 0, total: 5, unit: 'file' });
  expect(await readFile(path(LONG), 'utf8')).toBe('long\n');
  await writeFile(path('a.txt'), 'scribbled\n');
  expect(await dvc.checkout(['a.txt'], { force: true })).toEqual({ added: [], modified: ['a.txt'], deleted: [] });
});

test('a pipeline runs, says what it made, and what changed', async () => {
  const { dvc } = repo;
  const first = await dvc.repro();
  expect(first).toEqual({ ran: ['train'], restored: [], unchanged: expect.arrayContaining(['a.txt.dvc']) });
  await repo.commit();
  await repo.write({ 'params.yaml': 'depth: 40\n' });
  expect(await dvc.status()).toEqual({ train: [{ 'changed deps': { 'params.yaml': { depth: 'modified' } } }] });
  expect((await dvc.repro(['train'])).ran).toEqual(['train']);
  // They take no lock: all at once.
  const [params, metrics, differing, data, files] = await Promise.all([
    dvc.paramsDiff(),
    dvc.metricsShow(),
    dvc.metricsDiff(),
    dvc.dataStatus({ granular: true }),
    dvc.list(undefined, { dvcOnly: true, recursive: true }),
  ]);
  expect(params).toEqual({ 'params.yaml': { depth: { old: 3, new: 40, diff: 37 } } });
  expect(metrics).toEqual({ '': { data: { 'm.json': { data: { auc: Number.NaN, size: 10 } } } } });
  expect(differing['m.json']).toMatchObject({ size: { old: 9, new: 10, diff: 1 } });
  expect(data).toMatchObject({ committed: { added: [], modified: [] }, uncommitted: { deleted: [] } });
  const hashes = await readHashes(repo.folder);
  const listed = new Map(files.map(({ path, md5 }) => [path, md5]));
  expect([...listed.keys()]).toEqual(['a.txt', 'd/1', 'd/2', 'model.txt', LONG]);
  for (const name of ['a.txt', 'model.txt']) {
    expect(hashes.find(({ path }) => path === name)?.hash).toEqual({ algorithm: 'md5', value: listed.get(name) });
  }
  const { train } = (await readLock(repo.folder)).stages;
  expect(train?.params).toEqual({ 'params.yaml': { depth: 40 } });
  expect(train?.outs.map(({ path }) => path)).toEqual(['loss.csv', 'm.json', 'model.txt']);
});
