import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { openStore } from '@ml-platform/storage';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashFolder } from '../content-hash.ts';
import { exportModel, openRegistry } from '../shared/index.ts';
import { modelFolder } from './model-folder.ts';

const LIBRARY = new URL('../shared/index.ts', import.meta.url).href;
const WRITERS = 4;

/** What a registry does wherever it is shared; `locate` says where a new one may be. */
export function testSharedRegistry(locate: (name: string) => string): void {
  let folder: string;
  let location: string;
  let round = 0;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'registry-'));
    round += 1;
    location = locate(`registry-${round}`);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const open = () => openRegistry(location, { now: () => new Date(0) });

  /** Runs `body` in a process of its own, with `registry` open and `source` for a model of those bytes. */
  async function inProcess(body: string): Promise<unknown> {
    const code = `
      const { openRegistry } = await import(${JSON.stringify(LIBRARY)});
      const registry = await openRegistry(${JSON.stringify(location)});
      const source = (bytes) => ${JSON.stringify(path.join(folder, 'source-'))} + bytes;
      process.stdout.write(JSON.stringify(await (async () => { ${body} })()));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code]);
    return JSON.parse(stdout);
  }

  test('what one machine puts there, another finds, and takes its files', async () => {
    const source = await modelFolder(folder, 'a', { metrics: { auc: 0.7 } });
    const made = await (await open()).register({ name: 'delays', source, lineage: { run: 'r1' } });
    const version = await (await open()).get('delays', '1');
    expect({ ...version, created: true }).toEqual(made);
    expect(version).toEqual({
      name: 'delays',
      version: '1',
      location: `${location}/objects/${await hashFolder(source)}`,
      contentHash: await hashFolder(source),
      createdAt: '1970-01-01T00:00:00.000Z',
      metrics: { auc: 0.7 },
      lineage: { run: 'r1' },
      aliases: [],
    });
    const target = path.join(folder, 'exported/model');
    await exportModel(version, target);
    await exportModel(version, target);
    expect(await hashFolder(target)).toBe(version.contentHash);
    expect(await readFile(path.join(target, 'model.onnx'), 'utf8')).toBe('a');
  });

  test('the same bytes are one version, and their objects are sent once', async () => {
    const registry = await open();
    const source = await modelFolder(folder, 'a');
    await registry.register({ name: 'delays', source });
    const store = await openStore(location);
    const versions = async () => {
      const found: string[] = [];
      for await (const entry of store.entries('')) found.push(`${entry.path} ${entry.version}`);
      return found;
    };
    const before = await versions();
    expect(before).toHaveLength(3);
    expect(await registry.register({ name: 'delays', source })).toMatchObject({ version: '1', created: false });
    await registry.promote('delays', '1');
    await registry.promote('delays', '1');
    expect((await versions()).filter((one) => !before.includes(one))).toHaveLength(1);
  });

  test('aliases move, with reasons, and back', async () => {
    const registry = await open();
    for (const bytes of ['a', 'b', 'c'])
      await registry.register({ name: 'delays', source: await modelFolder(folder, bytes) });
    await registry.promote('delays', '1', { reason: 'the first' });
    await registry.promote('delays', '2', { forced: true, reason: 'the gate is too strict' });
    await registry.promote('delays', '3', { expected: '2' });
    expect(await registry.rollback('delays', { reason: 'too many errors' })).toMatchObject({ version: '2' });
    expect(await registry.rollback('delays')).toMatchObject({ previous: '2', version: '1' });
    await expect(registry.rollback('delays')).rejects.toMatchObject({ code: 'notFound' });
    await expect(registry.promote('delays', '3', { expected: '2' })).rejects.toMatchObject({ code: 'busy' });
    expect(await (await open()).aliases('delays')).toEqual({ champion: '1' });
    const history = await registry.history('delays');
    expect(history.map(({ action, version, reason }) => [action, version, reason])).toEqual([
      ['promoted', '1', 'the first'],
      ['forced', '2', 'the gate is too strict'],
      ['promoted', '3', null],
      ['rolledBack', '2', 'too many errors'],
      ['rolledBack', '1', null],
    ]);
  });

  test('nothing is made by looking', async () => {
    await expect(openRegistry(location, { create: false })).rejects.toMatchObject({
      code: 'notFound',
      message: `no model registry at ${location}`,
    });
    await expect(openRegistry(location, { readOnly: true })).rejects.toMatchObject({ code: 'notFound' });
    const registry = await open();
    expect(await registry.list()).toEqual([]);
    await expect(registry.get('delays', '1')).rejects.toMatchObject({ code: 'notFound' });
    expect(await (await openStore(location)).list('')).toEqual([]);
  });

  test('files that are not those that were registered are not handed out', async () => {
    const registry = await open();
    const { contentHash } = await registry.register({ name: 'delays', source: await modelFolder(folder, 'a') });
    await (await openStore(location)).write(`objects/${contentHash}/model.onnx`, 'b');
    const target = path.join(folder, 'exported');
    await expect(exportModel(await registry.get('delays', '1'), target)).rejects.toMatchObject({
      code: 'data',
      message: expect.stringContaining(`expected ${contentHash}`),
    });
    await expect(readFile(path.join(target, 'model.onnx'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('processes that write at once lose nothing', async () => {
    const writers = Array.from({ length: WRITERS }, (_, writer) => String.fromCharCode(97 + writer));
    for (const bytes of ['same', ...writers.flatMap((writer) => [`${writer}1`, `${writer}2`])])
      await modelFolder(folder, bytes);
    const answers = await Promise.all(
      writers.map((writer) =>
        inProcess(`
          const made = [];
          for (const bytes of ['${writer}1', 'same', '${writer}2']) {
            const { version, created } = await registry.register({ name: 'delays', source: source(bytes) });
            await registry.promote('delays', version, { alias: 'by-' + '${writer}' + bytes });
            if (created) made.push(version);
          }
          return made;`),
      ),
    );
    const numbers = Array.from({ length: WRITERS * 2 + 1 }, (_, index) => String(index + 1));
    expect((answers.flat() as string[]).sort((one, other) => Number(one) - Number(other))).toEqual(numbers);
    const registry = await open();
    const listed = await registry.list('delays');
    expect(listed.map(({ version }) => version)).toEqual(numbers);
    expect(listed.flatMap(({ aliases }) => aliases)).toHaveLength(WRITERS * 3);
    expect(await registry.history('delays')).toHaveLength(WRITERS * 3);
    for (const version of listed) await exportModel(version, path.join(folder, `of-${version.version}`));
  }, 120_000);

  test('of processes that swap the same alias at once, one wins', async () => {
    const registry = await open();
    await registry.register({ name: 'delays', source: await modelFolder(folder, 'a') });
    const swap = `return registry.promote('delays', '1', { expected: null }).then(() => 'won', ({ code }) => code);`;
    const answers = await Promise.all(Array.from({ length: WRITERS }, () => inProcess(swap)));
    expect(answers.sort()).toEqual([...Array.from({ length: WRITERS - 1 }, () => 'busy'), 'won']);
    expect(await registry.history('delays')).toHaveLength(1);
  }, 120_000);
}
