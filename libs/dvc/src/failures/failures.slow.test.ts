import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { objectPath } from '../cache/object-path.ts';
import { readHashes } from '../hashes/read-hashes.ts';
import { type Dvc, openDvc } from '../open-dvc.ts';
import { dvcEnvironment } from '../testing/dvc-environment.ts';
import { type Repository, repository } from '../testing/repository.ts';

let repo: Repository;
let dvc: Dvc;
beforeAll(async () => {
  repo = await repository({ 'a.txt': 'first\n', 'd/1': 'one\n', 'd/2': 'two\n' });
  dvc = repo.dvc;
  await dvc.add(['a.txt', 'd']);
  await repo.commit();
}, 300_000);
afterAll(() => repo.remove());

const object = async (name: string) => {
  const hash = (await readHashes(repo.folder)).find(({ path }) => path === name)?.hash;
  if (hash === undefined) throw new Error(`${name} has no hash`);
  return objectPath(repo.path('.dvc/cache'), hash);
};

test('no repository, a command that is not there, a stage that is not there, a folder that is not there', async () => {
  const outside = await mkdtemp(join(tmpdir(), 'dvc-none-'));
  const elsewhere = openDvc(outside, { command: join(await dvcEnvironment(), 'dvc') });
  const [none, wrong, root, nowhere] = await Promise.allSettled([
    elsewhere.dataStatus(),
    dvc.run(['nonsense']),
    elsewhere.root(),
    openDvc(join(outside, 'nowhere')).status(),
  ]);
  expect(none).toMatchObject({ reason: { reason: 'noRepository', code: 'config' } });
  expect(wrong).toMatchObject({
    reason: { reason: 'usage', message: expect.stringContaining("invalid choice: 'nonsense'") },
  });
  expect(root).toMatchObject({ reason: { reason: 'noRepository' } });
  expect(nowhere).toMatchObject({ reason: { reason: 'notFound' } });
  await rm(outside, { recursive: true });
});

test('no remote, one that needs a plugin, and one that wants credentials', async () => {
  await expect(dvc.push()).rejects.toMatchObject({
    reason: 'noRemote',
    hint: expect.stringContaining('dvc remote add'),
  });
  await expect(dvc.fetch()).rejects.toMatchObject({ reason: 'noRemote' });
  await dvc.remoteAdd('gone', 'ssh://127.0.0.1/x');
  await expect(dvc.push([], { remote: 'gone' })).rejects.toMatchObject({ reason: 'missingPlugin' });
  await dvc.remoteAdd('lake', 's3://lake/x');
  await repo.write({ '.dvc/tmp/none': '' });
  const none = repo.path('.dvc/tmp/none');
  const files = { AWS_SHARED_CREDENTIALS_FILE: none, AWS_CONFIG_FILE: none };
  const signedOut = repo.open({ env: { ...files, AWS_EC2_METADATA_DISABLED: 'true' } });
  await expect(signedOut.push([], { remote: 'lake' })).rejects.toMatchObject({ reason: 'noCredentials' });
});

test('a remote that vanishes in the middle of a push: nothing is lost, the next push sends the rest', async () => {
  const stored = new Map<string, Buffer>();
  let room = 1;
  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    if (request.method === 'GET' || request.method === 'HEAD') {
      response.writeHead(stored.has(path) ? 200 : 404).end();
    } else if (stored.size >= room) {
      request.socket.destroy();
    } else {
      stored.set(path, await buffer(request));
      response.end();
    }
  }).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  await dvc.remoteAdd('shop', `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`);
  const options = { remote: 'shop', jobs: 1 };
  await expect(dvc.push([], options)).rejects.toMatchObject({ reason: 'remoteUnreachable', code: 'environment' });
  expect(await readFile(repo.path('d/1'), 'utf8')).toBe('one\n');
  room = 10;
  expect(await dvc.push([], options)).toEqual({ pushed: 4 - 1 });
  expect(stored.size).toBe(4);
  server.close();
});

test('data that is nowhere, and a file of the workspace that was never added', async () => {
  await dvc.remoteAdd('shelf', join(repo.folder, '../remote'), { isDefault: true });
  const cached = await object('a.txt');
  await rename(cached, `${cached}.away`);
  await expect(dvc.fetch()).rejects.toMatchObject({ reason: 'missingFromRemote', code: 'data' });
  await unlink(repo.path('a.txt'));
  await expect(dvc.checkout(['a.txt'])).rejects.toMatchObject({ reason: 'missingFromRemote' });
  await rename(`${cached}.away`, cached);
  await writeFile(repo.path('a.txt'), 'mine alone\n');
  await expect(dvc.checkout(['a.txt'])).rejects.toMatchObject({
    reason: 'unsavedFiles',
    hint: expect.stringContaining('force'),
  });
  expect(await readFile(repo.path('a.txt'), 'utf8')).toBe('mine alone\n');
  await writeFile(repo.path('a.txt'), 'first\n');
});

test('a damaged object in the cache is neither handed out nor sent, and stays for a look', async () => {
  const [cached, manifest] = [await object('a.txt'), await object('d')];
  for (const path of [cached, manifest]) await cp(path, `${path}.good`);
  await chmod(cached, 0o644);
  await writeFile(cached, 'rot');
  const damaged = { reason: 'corruptedCache', message: expect.stringContaining(cached) };
  for (const call of [dvc.checkout, dvc.push, dvc.pull]) await expect(call(['a.txt'])).rejects.toMatchObject(damaged);
  await expect(dvc.checkout(['d.dvc'])).resolves.toMatchObject({ added: [] });
  // Of the right size: only reading it all tells.
  await writeFile(cached, 'fires\n');
  await expect(dvc.checkCache()).rejects.toMatchObject(damaged);
  expect(await readFile(cached, 'utf8')).toBe('fires\n');
  await rename(`${cached}.good`, cached);
  await chmod(manifest, 0o644);
  await writeFile(manifest, '[{"md5": ');
  await expect(dvc.push()).rejects.toMatchObject({
    reason: 'corruptedCache',
    message: expect.stringContaining(manifest),
  });
  await rename(`${manifest}.good`, manifest);
  await dvc.checkCache();
});

test('a merge conflict, in each command that only warns of it, too; a file that DVC refuses; a wrong configuration', async () => {
  await repo.write({ 'dvc.yaml': 'stages:\n  one:\n    cmd: echo 1 > o\n    outs: [o]\n' });
  const lock = "schema: '2.0'\nstages:\n<<<<<<< HEAD\n  one: {cmd: a}\n=======\n  one: {cmd: b}\n>>>>>>> theirs\n";
  await repo.write({ 'dvc.lock': lock });
  const conflict = {
    reason: 'mergeConflict',
    code: 'config',
    message: expect.stringMatching(/dvc\.lock has an unresolved merge conflict in line 3$/),
  };
  await expect(dvc.status()).rejects.toMatchObject(conflict);
  const [metrics, experiments] = await Promise.allSettled([dvc.metricsShow(), dvc.expShow()]);
  expect([metrics, experiments]).toMatchObject([{ reason: conflict }, { reason: conflict }]);
  expect(await readFile(repo.path('dvc.lock'), 'utf8')).toBe(lock);
  await expect(dvc.checkCache()).rejects.toMatchObject({ reason: 'mergeConflict' });
  await repo.write({ 'dvc.lock': 'stages: [\n' });
  await expect(dvc.status()).rejects.toMatchObject({
    reason: 'invalidFile',
    message: expect.stringContaining("dvc.lock' is invalid."),
  });
  await unlink(repo.path('dvc.lock'));
  await repo.write({ 'dvc.yaml': 'stages:\n  one:\n    command: echo\n' });
  await expect(dvc.status()).rejects.toMatchObject({ reason: 'invalidFile' });
  const config = await readFile(repo.path('.dvc/config'), 'utf8');
  await repo.write({
    'dvc.yaml': 'stages:\n  one:\n    cmd: echo no room >&2; exit 3\n    outs: [o]\n',
    '.dvc/config': `${config}[core\n`,
  });
  await expect(dvc.status()).rejects.toMatchObject({ reason: 'invalidConfig' });
  await repo.write({ '.dvc/config': config });
});

test('a stage that fails, with its own words; a stage that is not there', async () => {
  await expect(dvc.repro(['one'])).rejects.toMatchObject({
    reason: 'stageFailed',
    code: 'step',
    message: expect.stringContaining("failed to reproduce 'one'"),
    said: expect.stringMatching(/^no room$/m),
  });
  await expect(dvc.repro(['two'])).rejects.toMatchObject({ reason: 'notFound' });
});

test('a write that finds no room: the data stays, and is added when there is', async () => {
  const bin = await mkdtemp(join(tmpdir(), 'dvc-small-'));
  const small = join(bin, 'dvc');
  await writeFile(small, `#!/bin/sh\nulimit -f 200\nexec ${join(await dvcEnvironment(), 'dvc')} "$@"\n`, {
    mode: 0o755,
  });
  await writeFile(repo.path('big'), Buffer.alloc(1_000_000));
  await expect(repo.open({ command: small }).add(['big'])).rejects.toMatchObject({
    reason: 'diskFull',
    code: 'environment',
  });
  expect((await readFile(repo.path('big'))).length).toBe(1_000_000);
  await dvc.add(['big']);
  await rm(bin, { recursive: true });
});

test.runIf(process.platform === 'linux')('a full disk', async () => {
  await mkdir(repo.path('.dvc/tmp'), { recursive: true });
  await rm(repo.path('.dvc/tmp/lock'), { force: true });
  await symlink('/dev/full', repo.path('.dvc/tmp/lock'));
  await expect(dvc.status()).rejects.toMatchObject({
    reason: 'diskFull',
    message: expect.stringContaining('No space left'),
  });
  await unlink(repo.path('.dvc/tmp/lock'));
});
