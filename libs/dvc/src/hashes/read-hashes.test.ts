import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readHashes, readLock } from './read-hashes.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dvc-hashes-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(name: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), text);
}

test('every form that DVC has written: version 2, never downloaded, etag, a lock without a schema', async () => {
  await write('old.csv.dvc', 'outs:\n- md5: "0123"\n  size: 7\n  path: old.csv\n');
  await write('far.csv.dvc', 'deps:\n- path: s3://a/b\n  etag: x\nouts:\n- path: far.csv\n  hash: md5\n');
  await write('s3.dvc', 'outs:\n- etag: "9"\n  path: s3.csv\n');
  await write('hdfs.dvc', 'wdir: ../elsewhere\nouts:\n- checksum: "8"\n  path: h.csv\n');
  await write('older/dvc.lock', 'train:\n  cmd: python a.py\n  outs:\n  - path: m.bin\n    md5: "77"\n');
  await write('node_modules/x/y.dvc', 'not: [read');
  await write('pictures.dvc', 'outs:\n- hash: md5\n  md5: 1.dir\n  path: pictures\n');
  await write('pictures/of.dvc', 'a picture');
  const read = await readHashes(folder);
  expect(read.map(({ path, hash }) => [path, hash?.algorithm, hash?.value])).toEqual([
    ['far.csv', undefined, undefined],
    ['../elsewhere/h.csv', 'checksum', '8'],
    ['old.csv', 'md5-dos2unix', '0123'],
    ['older/m.bin', 'md5-dos2unix', '77'],
    ['pictures', 'md5', '1.dir'],
    ['s3.csv', 'etag', '9'],
  ]);
  expect((await readLock(join(folder, 'older'))).stages.train?.cmd).toBe('python a.py');
});

test("a stage's paths begin at its wdir, also where it is one of many", async () => {
  const stages = { big: { cmd: 'x', wdir: 'data' }, many: { foreach: ['a'], do: { cmd: 'x', wdir: 'out' } } };
  const outs = [{ path: 'f', hash: 'md5', md5: '1.dir', size: 3, nfiles: 2 }];
  await write('p/dvc.yaml', stringify({ stages }));
  await write('p/dvc.lock', stringify({ schema: '2.0', stages: { big: { outs }, 'many@a': { outs } } }));
  const rest = { file: 'p/dvc.lock', hash: { algorithm: 'md5', value: '1.dir' }, isFolder: true, size: 3, files: 2 };
  expect(await readHashes(folder)).toEqual([
    { path: 'p/data/f', stage: 'big', ...rest },
    { path: 'p/out/f', stage: 'many@a', ...rest },
  ]);
});

test('what is written is read', async () => {
  const name = fc
    .stringMatching(/^[a-z0-9é _.'"#-]{1,12}$/)
    .filter((text) => text.trim() === text && !/^\.+$/.test(text));
  const hash = fc.stringMatching(/^[0-9a-f]{32}$/);
  const output = fc.record({ path: name, md5: hash, size: fc.nat(), isFolder: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(output, { selector: ({ path }) => path, maxLength: 5 }), async (outputs) => {
      const outs = outputs.map(({ path, md5, size, isFolder }) => ({
        md5: isFolder ? `${md5}.dir` : md5,
        size,
        hash: 'md5',
        path,
      }));
      await write('a.dvc', stringify({ outs }));
      await write('dvc.lock', stringify({ schema: '2.0', stages: { one: { cmd: 'x', outs } } }));
      const read = await readHashes(folder);
      const expected = outputs.map(({ path, md5, size, isFolder }) => [
        path,
        isFolder ? `${md5}.dir` : md5,
        size,
        isFolder,
      ]);
      const plain = read.map(({ path, hash: { value = '' } = {}, size, isFolder }) => [path, value, size, isFolder]);
      expect(plain).toEqual([...expected, ...expected]);
    }),
    { numRuns: 50 },
  );
});

test('a bad file is named with its line and key', async () => {
  await write('a.dvc', 'outs:\n- path: a\n  md5: 12\n');
  await expect(readHashes(folder)).rejects.toMatchObject({
    reason: 'invalidFile',
    message: expect.stringMatching(/a\.dvc:3: 'outs\.0\.md5': /),
  });
  await write('a.dvc', 'outs:\n- path: [a\n');
  await expect(readHashes(folder)).rejects.toMatchObject({
    reason: 'invalidFile',
    message: expect.stringMatching(/a\.dvc:\d: /),
  });
  await write('a.dvc', 'outs:\n<<<<<<< HEAD\n- path: a\n=======\n- path: b\n>>>>>>> x\n');
  await expect(readHashes(folder)).rejects.toMatchObject({
    reason: 'mergeConflict',
    message: expect.stringContaining('a.dvc:2: a merge conflict'),
  });
  await expect(readLock(folder)).rejects.toMatchObject({ reason: 'notFound' });
});
