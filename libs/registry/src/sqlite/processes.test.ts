import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashFolder } from '../content-hash.ts';
import { openSqliteRegistry } from './open.ts';

const LIBRARY = new URL('../index.ts', import.meta.url).href;
const PROCESSES = 4;

let root: string;
let models: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'registry-'));
  models = path.join(root, 'models');
});
afterEach(() => rm(root, { recursive: true }));

async function modelFolder(name: string, megabytes = 0): Promise<string> {
  const folder = path.join(root, name);
  await mkdir(folder);
  const columns = [{ name: 'x', type: 'float32' }];
  const manifest = { formatVersion: '1.0', signature: { inputs: columns, outputs: columns }, example: { x: 1 } };
  await writeFile(path.join(folder, 'model.json'), JSON.stringify(manifest));
  await writeFile(path.join(folder, 'model.onnx'), name);
  for (let n = 0; n < megabytes; n += 1) await writeFile(path.join(folder, `part-${n}`), Buffer.alloc(1 << 20, n));
  return folder;
}

/** Runs `body` in a process of its own, with `registry` open and `print` for its one JSON answer. */
function start(body: string): ChildProcess {
  const code = `
    import { openSqliteRegistry } from ${JSON.stringify(LIBRARY)};
    const registry = await openSqliteRegistry(${JSON.stringify(models)});
    const print = (value) => process.stdout.write(JSON.stringify(value));
    ${body}
    await registry.close();`;
  return spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.on('data', (chunk) => {
      printed[stream] += chunk;
    });
  }
  await once(child, 'close');
  expect(printed.stderr).toBe('');
  return JSON.parse(printed.stdout);
}

test('processes that register at once each get versions of their own, and the same bytes one version', async () => {
  const shared = await modelFolder('shared');
  const own = await Promise.all(
    Array.from({ length: PROCESSES }, (_, process) =>
      Promise.all([1, 2, 3].map((n) => modelFolder(`model-${process}-${n}`))),
    ),
  );
  const answers = await Promise.all(
    own.map((sources) =>
      answerOf(
        start(`
          const registered = [];
          for (const source of ${JSON.stringify([...sources, shared])})
            registered.push(await registry.register({ name: 'delays', source }));
          print(registered);`),
      ),
    ),
  );
  const registered = answers.flat() as { version: string; created: boolean }[];
  const expected = Array.from({ length: PROCESSES * 3 + 1 }, (_, n) => String(n + 1));
  expect(registered.filter(({ created }) => created).map(({ version }) => version)).toHaveLength(expected.length);
  const registry = await openSqliteRegistry(models);
  const listed = await registry.list();
  await registry.close();
  expect(listed.map(({ version }) => version)).toEqual(expected);
  expect((await readdir(path.join(models, 'delays'))).sort()).toEqual(expected.sort());
  for (const { location, contentHash } of listed) expect(await hashFolder(location)).toBe(contentHash);
}, 60_000);

test('of processes that swap the same alias at once, one wins', async () => {
  const registry = await openSqliteRegistry(models);
  await registry.register({ name: 'delays', source: await modelFolder('a') });
  const swap = `
    print(await registry.promote('delays', '1', { expected: null }).then(() => 'won', (error) => error.code));`;
  const answers = await Promise.all(Array.from({ length: PROCESSES }, () => answerOf(start(swap))));
  expect(answers.sort()).toEqual([...Array.from({ length: PROCESSES - 1 }, () => 'busy'), 'won']);
  expect(await registry.history('delays')).toHaveLength(1);
  await registry.close();
}, 60_000);

test('a kill at any moment leaves whole versions alone', async () => {
  const sources = await Promise.all([1, 2, 3, 4].map((n) => modelFolder(`big-${n}`, 3)));
  for (const delay of [0, 15, 40, 80, 150]) {
    const child = start(`
      process.stdout.write('ready');
      for (;;) for (const source of ${JSON.stringify(sources)}) await registry.register({ name: 'delays', source });`);
    if (child.stdout) await once(child.stdout, 'data');
    await sleep(delay);
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  const registry = await openSqliteRegistry(models);
  const after = await registry.register({ name: 'delays', source: await modelFolder('after') });
  const listed = await registry.list('delays');
  await registry.close();
  expect(after.created).toBe(true);
  for (const { location, contentHash } of listed) expect(await hashFolder(location)).toBe(contentHash);
  const visible = (await readdir(path.join(models, 'delays'))).filter((name) => !name.startsWith('.'));
  expect(visible.sort()).toEqual(listed.map(({ version }) => version).sort());
}, 60_000);
