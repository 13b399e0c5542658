import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readModelManifest } from './read-manifest.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'manifest-'));
  await writeFile(path.join(folder, 'model.onnx'), 'graph');
});
afterEach(() => rm(folder, { recursive: true }));

const manifest = {
  formatVersion: '1.0',
  signature: { inputs: [{ name: 'hour', type: 'float32' }], outputs: [{ name: 'delay', type: 'float32' }] },
  example: { hour: 14 },
};

async function readWith(value: unknown) {
  await writeFile(path.join(folder, 'model.json'), typeof value === 'string' ? value : JSON.stringify(value, null, 2));
  return readModelManifest(folder);
}

test('reads a manifest, with and without what is optional', async () => {
  expect(await readWith(manifest)).toEqual(manifest);
  const full = { ...manifest, metrics: { auc: 0.7 }, reference: { hour: { mean: 12 } }, lineage: { run: 'a' } };
  expect(await readWith(full)).toEqual(full);
});

test('a missing folder or file is named', async () => {
  await expect(readModelManifest(path.join(folder, 'none'))).rejects.toMatchObject({
    code: 'notFound',
    message: expect.stringContaining(`no model.json in ${path.join(folder, 'none')}`),
  });
  await rm(path.join(folder, 'model.onnx'));
  await expect(readWith(manifest)).rejects.toThrow(`no model.onnx in ${folder}`);
});

test('text that is not JSON names the line', async () => {
  await expect(readWith('{\n  "formatVersion": "1.0"\n  "signature": {}\n}')).rejects.toMatchObject({
    code: 'data',
    message: expect.stringMatching(/model\.json: not valid JSON: .*line 3/),
  });
});

test.each([
  ['an unknown key', { ...manifest, extra: 1 }, /model\.json:1: Unrecognized key: "extra"/],
  ['another format', { ...manifest, formatVersion: '2.0' }, /model\.json:2: formatVersion: expected "1\.0"/],
  [
    'an unknown type',
    { ...manifest, signature: { ...manifest.signature, inputs: [{ name: 'hour', type: 'float16' }] } },
    /model\.json:7: signature\.inputs\.0\.type: Invalid option: expected one of "string"\|"float32"/,
  ],
  [
    'a column listed twice',
    {
      ...manifest,
      signature: { ...manifest.signature, outputs: [...manifest.signature.outputs, ...manifest.signature.outputs] },
    },
    /signature\.outputs\.1\.name: "delay" is listed twice/,
  ],
  ['no columns', { ...manifest, signature: { ...manifest.signature, inputs: [] } }, /signature\.inputs: Too small/],
  ['an incomplete example', { ...manifest, example: {} }, /example: has no value for the input "hour"/],
  ['an example with more', { ...manifest, example: { hour: 1, day: 2 } }, /:19: example\.day: is not an input/],
])('%s is refused with file, line and key', async (_, value, message) => {
  await expect(readWith(value)).rejects.toMatchObject({ code: 'data', message: expect.stringMatching(message) });
});
