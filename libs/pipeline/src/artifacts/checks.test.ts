import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { csv, dataset, directory, json, metrics, onnxModel, parquet } from './artifacts.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'artifacts-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

test('a Parquet file that was cut off is refused', async () => {
  await parquet().check(await file('whole.parquet', 'PAR1....PAR1'));
  await expect(parquet().check(await file('cut.parquet', 'PAR1....PA'))).rejects.toThrow(
    'not a whole Parquet file (10 bytes',
  );
  await mkdir(join(folder, 'folder.parquet'));
  await expect(parquet().check(join(folder, 'folder.parquet'))).rejects.toThrow(
    'is a folder, and not one Parquet file',
  );
  await expect(parquet().check(await file('empty.parquet', ''))).rejects.toThrow('not a whole Parquet file (0 bytes');
});

test('metrics are finite numbers under the declared names', async () => {
  const declared = metrics('auc', 'logLoss');
  await declared.check(await file('good.json', '{"auc": 0.7, "logLoss": 0.4, "more": 1}'));
  await expect(declared.check(await file('few.json', '{"auc": 0.7}'))).rejects.toThrow("no finite number 'logLoss'");
  await expect(declared.check(await file('null.json', 'null'))).rejects.toThrow('no object of metrics');
});

test('JSON that does not parse and an empty CSV file are refused', async () => {
  await expect(json().check(await file('bad.json', '{'))).rejects.toThrow('is not JSON');
  await expect(csv().check(await file('empty.csv', ''))).rejects.toThrow('is empty');
});

test('a model is a folder with model.onnx and model.json', async () => {
  const model = join(folder, 'model');
  await mkdir(model);
  await expect(directory().check(model)).rejects.toThrow('empty folder');
  await expect(onnxModel().check(model)).rejects.toThrow('no model.onnx');
  await writeFile(join(model, 'model.onnx'), 'onnx');
  await writeFile(join(model, 'model.json'), '{}');
  await onnxModel().check(model);
});

test('a dataset is a folder of whole Parquet files and nothing else', async () => {
  const folderOf = (name: string) => join(folder, name);
  await mkdir(folderOf('table'));
  await expect(dataset().check(folderOf('table'))).rejects.toThrow('holds no .parquet file');
  await file('table/part-00000.parquet', 'PAR1....PAR1');
  await dataset().check(folderOf('table'));
  await file('table/part-00001.parquet', 'PAR1....PA');
  await expect(dataset().check(folderOf('table'))).rejects.toThrow(
    'holds part-00001.parquet, which is not a whole Parquet file (10 bytes',
  );
  await file('table/_SUCCESS', '');
  await expect(dataset().check(folderOf('table'))).rejects.toThrow('holds _SUCCESS, and a dataset');
});
