import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { outputFiles, sparkFiles } from './spark-files.ts';
import { zipArchive } from './zip-archive.ts';

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'spark-files-'));
});
afterEach(() => rm(project, { recursive: true }));

const READ = `
import json, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
print(json.dumps({name: archive.read(name).decode() for name in archive.namelist()}))`;

async function unzip(bytes: Uint8Array): Promise<Record<string, string>> {
  await writeFile(join(project, 'made.zip'), bytes);
  const { stdout } = await execa('python3', ['-c', READ, join(project, 'made.zip')]);
  return JSON.parse(stdout);
}

test('Python reads an archive; the same files in another order give the same bytes', async () => {
  const files = { 'b/é.py': Buffer.from('ü = 1\n'), 'a.py': Buffer.from(''), 'c.py': Buffer.alloc(70_000, 'x') };
  expect(await unzip(zipArchive(files))).toEqual({ 'a.py': '', 'b/é.py': 'ü = 1\n', 'c.py': 'x'.repeat(70_000) });
  expect(await unzip(zipArchive({}))).toEqual({});
  const turned = Object.fromEntries(Object.entries(files).reverse());
  expect(Buffer.compare(zipArchive(turned), zipArchive(files))).toBe(0);
});

test('a job has the script, its context, and the modules that it imports, from the script’s folder on', async () => {
  await mkdir(join(project, 'src/shapes'), { recursive: true });
  await writeFile(
    join(project, 'src/fit.py'),
    'from spark_step import load_spark_step\nimport rounding\nfrom shapes.round import area\n',
  );
  await writeFile(join(project, 'src/rounding.py'), '# rounds\n');
  await writeFile(join(project, 'src/shapes/round.py'), 'area = 1\n');
  await writeFile(join(project, 'src/unrelated.py'), '');
  const runner = { language: 'python', module: 'src/fit.py', requirements: 'requirements.txt', on: 'spark' } as const;
  const files = await sparkFiles(runner, project, { step: 'fit' });
  expect(Object.keys(files)).toEqual(['fit.py', 'modules.zip', 'context.json']);
  expect(String(files['context.json'])).toBe('{"step":"fit"}');
  const modules = await unzip(files['modules.zip'] ?? new Uint8Array());
  expect(Object.keys(modules)).toEqual([
    'ml_step.py',
    'parquet_footer.py',
    'rounding.py',
    'shapes/round.py',
    'spark_step.py',
  ]);
  expect(modules['shapes/round.py']).toBe('area = 1\n');
});

const named = (...names: string[]) => names.map((name) => ({ name, from: `jobs/${name}`, version: '1' }));
const namesOf = (kind: string, ...names: string[]) => outputFiles(kind, named(...names)).map(({ name }) => name);

test('parts of a dataset are numbered as Spark has them in order; marks are left out', () => {
  const files = outputFiles(
    'dataset',
    named(
      '_SUCCESS',
      'part-100000-x.snappy.parquet',
      'part-00002-x-c001.parquet',
      'part-00002-x-c000.parquet',
      '_committed_5',
      'a_$folder$',
    ),
  );
  expect(files.map(({ name, from }) => [name, from.slice(5)])).toEqual([
    ['part-00000.parquet', 'part-00002-x-c000.parquet'],
    ['part-00001.parquet', 'part-00002-x-c001.parquet'],
    ['part-00002.parquet', 'part-100000-x.snappy.parquet'],
  ]);
  expect(namesOf('dataset', 'origin=ABQ/part-00000-x.parquet')).toEqual(['origin=ABQ/part-00000-x.parquet']);
  expect(namesOf('directory', '_SUCCESS', 'part-00000-x', 'metadata/_SUCCESS', '.index')).toEqual([
    'part-00000-x',
    '.index',
  ]);
});
