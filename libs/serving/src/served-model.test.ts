import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ModelManifest } from '@ml-platform/registry';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { predictionRows } from './decode-output.ts';
import { loadModel, type ServedModel } from './served-model.ts';

const fixture = (name: string) => path.join(import.meta.dirname, '..', 'fixtures', name);

describe('a classifier', () => {
  let model: ServedModel;
  let alone: ServedModel;

  beforeAll(async () => {
    model = await loadModel(fixture('delay'));
    alone = await loadModel(fixture('delay'), { microBatch: false });
  });
  afterAll(() => Promise.all([model.close(), alone.close()]));

  test('predicts rows and columns alike', async () => {
    const prediction = await model.predict([{ origin: 'LAX', hour: 14, distance: 580 }]);
    expect(prediction).toEqual({ rows: 1, columns: { delay_probability: [expect.closeTo(0.60296, 5)], label: [1] } });
    expect(await model.predict({ distance: [580], hour: [14], origin: ['LAX'] })).toEqual(prediction);
  });

  test('missing and unseen values have a prediction', async () => {
    const { columns } = await model.predict({ origin: [null, 'XXX'], hour: [null, 1], distance: [null, null] });
    expect(columns.delay_probability).toEqual([expect.any(Number), expect.any(Number)]);
  });

  test('what is predicted together equals what is predicted alone', async () => {
    const row = fc.record({
      origin: fc.constantFrom('ABQ', 'DAL', 'HOU', 'LAX', '', null),
      hour: fc.option(fc.integer({ min: 0, max: 23 })),
      distance: fc.option(fc.float({ noNaN: true })),
    });
    const requests = fc.array(fc.array(row, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(requests, async (batches) => {
        const together = await Promise.all(batches.map((rows) => model.predict(rows)));
        for (const [index, rows] of batches.entries()) expect(together[index]).toEqual(await alone.predict(rows));
      }),
    );
  });

  test('a wrong request fails by itself', async () => {
    const right = { origin: 'LAX', hour: 14, distance: 580 };
    const [first, second, third] = await Promise.allSettled([
      model.predict([right]),
      model.predict([{ ...right, hour: 'noon' }]),
      model.predict([right]),
    ]);
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'data' } });
    expect([first.status, third.status]).toEqual(['fulfilled', 'fulfilled']);
  });
});

test('every type goes through a model unchanged', async () => {
  const model = await loadModel(fixture('every-type'));
  const row = fc.record({
    string: fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed() && !text.includes('\0')),
    float32: fc.option(fc.float({ noNaN: true, noDefaultInfinity: true })),
    float64: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
    int32: fc.integer(),
    int64: fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }).map(String)),
    bool: fc.boolean(),
  });
  const suffixed = (value: object, suffix: string) =>
    Object.fromEntries(Object.entries(value).map(([type, cell]) => [`${type}_${suffix}`, cell]));
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), async (rows) => {
      const prediction = await model.predict(rows.map((value) => suffixed(value, 'in')));
      expect(predictionRows(prediction)).toEqual(rows.map((value) => suffixed(value, 'out')));
    }),
  );
  await model.close();
}, 30_000);

test('where the model itself fails, only the request that causes it does', async () => {
  const model = await loadModel(fixture('lookup'));
  const [first, second, third] = await Promise.allSettled([0, 3, 2].map((index) => model.predict([{ index }])));
  expect(first).toMatchObject({ value: { columns: { value: [10] } } });
  expect(second).toMatchObject({
    reason: { code: 'step', message: expect.stringMatching(/the model failed: .*Gather/s) },
  });
  expect(third).toMatchObject({ value: { columns: { value: [30] } } });
  await model.close();
});

describe('a folder that cannot be served', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'model-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function copyOf(name: string, change: (manifest: ModelManifest) => void = () => {}): Promise<void> {
    await cp(fixture(name), folder, { recursive: true });
    const file = path.join(folder, 'model.json');
    const manifest = JSON.parse(await readFile(file, 'utf8'));
    change(manifest);
    await writeFile(file, JSON.stringify(manifest));
  }

  test('has no model.json', async () => {
    await expect(loadModel(folder)).rejects.toMatchObject({ code: 'notFound' });
  });

  test('has a file that is no graph', async () => {
    await copyOf('delay');
    await writeFile(path.join(folder, 'model.onnx'), 'text');
    await expect(loadModel(folder)).rejects.toMatchObject({
      code: 'data',
      message: expect.stringContaining("model.onnx: onnxruntime can't load it"),
    });
  });

  test('was written for a newer onnxruntime', async () => {
    await copyOf('lookup');
    const graph = await readFile(path.join(folder, 'model.onnx'));
    // The file begins with field 1, the IR version.
    expect([...graph.subarray(0, 2)]).toEqual([0x08, 10]);
    graph[1] = 14;
    await writeFile(path.join(folder, 'model.onnx'), graph);
    await expect(loadModel(folder)).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(/model IR version: 14/),
      hint: expect.stringContaining('older ir_version'),
    });
  });

  test.each<[string, (manifest: ModelManifest) => void, string]>([
    [
      'an input of another type',
      ({ signature }) => Object.assign(signature.inputs[1] ?? {}, { type: 'float64' }),
      'has "hour" as float32, but model.json as float64',
    ],
    [
      'an output that the graph lacks',
      ({ signature }) => Object.assign(signature.outputs[1] ?? {}, { name: 'class' }),
      'has no output "class"',
    ],
    [
      'fewer inputs than the graph',
      (manifest) => {
        manifest.signature.inputs.pop();
        delete manifest.example.distance;
      },
      'has an input "distance" that model.json lacks',
    ],
    [
      'an example of another type',
      ({ example }) => Object.assign(example, { hour: 'noon' }),
      'the example row can\'t be predicted: the column "hour" is "noon" in row 0',
    ],
  ])('declares %s', async (_, change, message) => {
    await copyOf('delay', change);
    await expect(loadModel(folder)).rejects.toMatchObject({ code: 'data', message: expect.stringContaining(message) });
  });

  test('fails on its own example', async () => {
    await copyOf('lookup', ({ example }) => Object.assign(example, { index: 3 }));
    await expect(loadModel(folder)).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(/model\.json: the example row can't be predicted: the model failed: .*Gather/s),
    });
  });

  test('has an output with more than one value per row', async () => {
    await copyOf('wide');
    await expect(loadModel(folder)).rejects.toThrow('"twice" has 2 values for 1 rows, expected one per row');
  });
});
