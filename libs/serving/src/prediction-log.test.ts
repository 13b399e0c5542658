import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { Prediction } from './decode-output.ts';
import { openPredictionLog, type PredictionLogOptions, withPredictionLog } from './prediction-log.ts';
import { loadModel } from './served-model.ts';

const fixture = path.join(import.meta.dirname, '../fixtures/delay');
const MODEL = { name: 'delays', version: '3' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'predictions-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const files = () => globSync('**/*.jsonl', { cwd: folder }).sort();
const lines = () =>
  files()
    .flatMap((file) => readFileSync(path.join(folder, file), 'utf8').trimEnd().split('\n'))
    .map((line) => JSON.parse(line));
const open = (options?: PredictionLogOptions) => openPredictionLog(folder, { intervalMs: 10, ...options });
const prediction = (...score: (number | null)[]): Prediction => ({ rows: score.length, columns: { score } });

test('a model whose predictions are kept predicts as before, and each row is a line', async () => {
  const log = await open();
  const plain = await loadModel(fixture);
  const model = withPredictionLog(MODEL, plain, log);
  onTestFinished(() => model.close());
  const rows = [
    { origin: 'LAX', hour: 14, distance: 580 },
    { origin: null, hour: null, distance: 1 },
  ];
  const expected = await plain.predict(rows);
  expect(await model.predict(rows)).toEqual(expected);
  expect(await model.predict({ origin: ['ABQ'], hour: [1], distance: [2.5] })).toMatchObject({ rows: 1 });
  await expect(model.predict([{ origin: 1, hour: 1, distance: 1 }])).rejects.toThrow('the column "origin" is 1');
  await log.close();
  const today = new Date().toISOString().slice(0, 10);
  expect(files()).toEqual([expect.stringMatching(new RegExp(`^${today}/.+-${process.pid}-[0-9a-f]{8}\\.jsonl$`))]);
  expect(lines()).toEqual([
    {
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      model: 'delays',
      version: '3',
      inputs: rows[0],
      outputs: { delay_probability: expected.columns.delay_probability?.[0], label: 1 },
    },
    expect.objectContaining({ inputs: rows[1], outputs: expect.objectContaining({ label: 0 }) }),
    expect.objectContaining({ inputs: { origin: 'ABQ', hour: 1, distance: 2.5 } }),
  ]);
  expect(log.counts()).toEqual({ written: 3, dropped: 0, waiting: 0 });
});

test("the guide's line is one that is logged", async () => {
  const guide = readFileSync(path.join(import.meta.dirname, '../../../docs/monitoring.md'), 'utf8');
  const line = JSON.parse(/```json\n([\s\S]*?)```/.exec(guide)?.[1] ?? '');
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(line.time) });
  const log = await open();
  const { delay_probability } = line.outputs;
  log.add({ name: line.model, version: line.version }, [line.inputs], {
    rows: 1,
    columns: { delay_probability: [delay_probability] },
  });
  await log.close();
  expect(lines()).toEqual([line]);
  expect(files()).toEqual([expect.stringMatching(/^2026-05-01\/.+\.jsonl$/)]);
});

test('it is written by itself, and by the day of the prediction', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const log = await open();
  vi.setSystemTime('2026-05-01T23:59:59.999Z');
  log.add(MODEL, [{ n: 1 }], prediction(0.1));
  vi.setSystemTime('2026-05-02T00:00:00Z');
  log.add(MODEL, [{ n: 2n }], prediction(null));
  await vi.waitFor(() => expect(log.counts().written).toBe(2));
  expect(files().map((file) => path.dirname(file))).toEqual(['2026-05-01', '2026-05-02']);
  expect(lines().map(({ inputs, outputs }) => [inputs.n, outputs.score])).toEqual([
    [1, 0.1],
    ['2', null],
  ]);
  await log.close();
});

test('what the disk does not keep up with is dropped and counted, but a request alone is not', async () => {
  const log = await open({ maxRows: 10, intervalMs: 60_000 });
  const ten = { n: Array.from({ length: 12 }, (_, n) => n) };
  log.add(MODEL, ten, prediction(...ten.n));
  log.add(MODEL, [{ n: 12 }], prediction(1));
  expect(log.counts()).toEqual({ written: 0, dropped: 1, waiting: 12 });
  await log.close();
  expect(log.counts()).toEqual({ written: 12, dropped: 1, waiting: 0 });
  expect(lines().map(({ inputs }) => inputs.n)).toEqual(ten.n);
});

test('a disk that takes nothing costs lines and a word, and no request', async () => {
  const warn = vi.fn();
  const log = await open({ warn });
  // The folder of the day can't be made where a file has its name.
  writeFileSync(path.join(folder, new Date().toISOString().slice(0, 10)), '');
  log.add(MODEL, [{ n: 1 }, { n: 2 }], prediction(1, 2));
  await vi.waitFor(() => expect(log.counts().dropped).toBe(2));
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^2 predictions are not logged: E/));
  await log.close();
});

test('a large request leaves the event loop to others while it is written', async () => {
  const log = await open({ intervalMs: 60_000 });
  const n = Array.from({ length: 20_000 }, (_, row) => row);
  log.add(MODEL, { n }, prediction(...n));
  let turns = 0;
  const count = setInterval(() => {
    turns += 1;
  }, 0);
  await log.close();
  clearInterval(count);
  expect(turns).toBeGreaterThan(20);
  expect(lines()).toHaveLength(20_000);
});

test('a folder that can not be made is refused', async () => {
  const file = path.join(folder, 'file');
  writeFileSync(file, '');
  await expect(openPredictionLog(path.join(file, 'log'))).rejects.toMatchObject({ code: 'environment' });
  expect(existsSync(path.join(file, 'log'))).toBe(false);
});
