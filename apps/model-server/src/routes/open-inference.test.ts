import path from 'node:path';
import { loadModel, type ServedModel } from '@ml-platform/serving';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildServer } from '../build-server.ts';

const fixtures = path.join(import.meta.dirname, '../../../../libs/serving/fixtures');

let model: ServedModel;
let app: FastifyInstance;

beforeAll(async () => {
  model = await loadModel(path.join(fixtures, 'every-type'));
  app = await buildServer({ name: 'types', version: '3', model });
});
afterAll(() => Promise.all([app.close(), model.close()]));

async function get(url: string) {
  const response = await app.inject({ url });
  return [response.statusCode, response.json()];
}

async function infer(payload: object, url = '/v2/models/types/infer') {
  const response = await app.inject({ method: 'POST', url, payload });
  return [response.statusCode, response.json()];
}

const inputs = [
  { name: 'string_in', datatype: 'BYTES', shape: [2, 1], data: ['é', null] },
  { name: 'float32_in', datatype: 'FP32', shape: [2], data: [1.5, null] },
  { name: 'float64_in', datatype: 'FP64', shape: [2, 1], data: [[0.1], [1e300]] },
  { name: 'int32_in', datatype: 'INT32', shape: [2, 1], data: [-1, 2] },
  { name: 'int64_in', datatype: 'INT64', shape: [2, 1], data: [3, '9007199254740993'] },
  { name: 'bool_in', datatype: 'BOOL', shape: [2, 1], data: [true, false] },
];
const outputs = [
  { name: 'string_out', datatype: 'BYTES', shape: [2, 1], data: ['é', ''] },
  { name: 'float32_out', datatype: 'FP32', shape: [2, 1], data: [1.5, null] },
  { name: 'float64_out', datatype: 'FP64', shape: [2, 1], data: [0.1, 1e300] },
  { name: 'int32_out', datatype: 'INT32', shape: [2, 1], data: [-1, 2] },
  { name: 'int64_out', datatype: 'INT64', shape: [2, 1], data: [3, '9007199254740993'] },
  { name: 'bool_out', datatype: 'BOOL', shape: [2, 1], data: [true, false] },
];

describe('the server', () => {
  test.each([
    ['/v2', { name: 'ml-platform-model-server', version: '0.1.0', extensions: [] }],
    ['/v2/', { name: 'ml-platform-model-server', version: '0.1.0', extensions: [] }],
    ['/v2/health/live', { live: true }],
    ['/v2/health/ready', { live: true, ready: true }],
  ])('answers %s', async (url, body) => {
    expect(await get(url)).toEqual([200, body]);
  });
});

describe.each(['/v2/models/types', '/v2/models/types/versions/3'])('the model at %s', (url) => {
  test('is described', async () => {
    const tensors = (list: typeof outputs | typeof inputs) =>
      list.map(({ name, datatype }) => ({ name, datatype, shape: [-1, 1] }));
    expect(await get(url)).toEqual([
      200,
      { name: 'types', versions: ['3'], platform: 'onnx_onnxv1', inputs: tensors(inputs), outputs: tensors(outputs) },
    ]);
  });

  test('is ready', async () => {
    expect(await get(`${url}/ready`)).toEqual([200, { name: 'types', ready: true }]);
  });

  test('infers', async () => {
    expect(await infer({ id: '42', inputs }, `${url}/infer`)).toEqual([
      200,
      { model_name: 'types', model_version: '3', id: '42', outputs },
    ]);
  });
});

test('gives the outputs asked for, and no id where there was none', async () => {
  const [, body] = await infer({ inputs, outputs: [{ name: 'bool_out' }, { name: 'int32_out' }] });
  expect(body).toEqual({ model_name: 'types', model_version: '3', outputs: [outputs[5], outputs[3]] });
});

test.each([
  ['a missing input', { inputs: inputs.slice(1) }, /^the column "string_in" is missing; the model takes string_in/],
  ['an unknown input', { inputs: [...inputs, { ...inputs[0], name: 'x' }] }, /^the column "x" is unknown/],
  [
    'inputs of different lengths',
    { inputs: [{ ...inputs[0], shape: [1, 1], data: ['a'] }, ...inputs.slice(1)] },
    /^the column "float32_in" has 2 rows, but "string_in" has 1/,
  ],
  ['a wrong shape', { inputs: [{ ...inputs[0], shape: [1, 2] }] }, /has shape \[1, 2\], expected \[rows, 1\]/],
  ['a wrong datatype', { inputs: [{ ...inputs[5], datatype: 'INT32' }] }, /has datatype INT32, expected BOOL/],
  ['an unknown datatype', { inputs: [{ ...inputs[0], datatype: 'STRING' }] }, /^inputs\.0\.datatype: Invalid option/],
  [
    'a wrong value',
    { inputs: [...inputs.slice(0, 5), { ...inputs[5], data: [true, 1] }] },
    /^the column "bool_in" is 1 in row 1, expected true or false/,
  ],
  ['no rows', { inputs: inputs.map((input) => ({ ...input, shape: [0, 1], data: [] })) }, /^there are no rows/],
  ['no inputs', {}, /^inputs: Invalid input/],
])('%s is refused with the error as a string', async (_, payload, message) => {
  expect(await infer(payload)).toEqual([400, { error: expect.stringMatching(message) }]);
});

test.each([
  ['/v2/models/other', /^the model "other" isn't served here; this server has version 3 of types$/],
  ['/v2/models/other/ready', /^the model "other" isn't served here/],
  ['/v2/models/types/versions/4', /^the version "4" of model "types" isn't served here/],
  ['/v2/models/types/versions/4/ready', /^the version "4"/],
  ['/v2/other', /^there is no GET \/v2\/other; see \/docs$/],
])('%s is not found', async (url, message) => {
  expect(await get(url)).toEqual([404, { error: expect.stringMatching(message) }]);
});

test('infer with another model, or with text, is refused in the form of the protocol', async () => {
  expect(await infer({ inputs }, '/v2/models/types/versions/4/infer')).toEqual([404, { error: expect.any(String) }]);
  const response = await app.inject({
    method: 'POST',
    url: '/v2/models/types/infer',
    headers: { 'content-type': 'application/json' },
    body: '{',
  });
  expect([response.statusCode, response.json()]).toEqual([400, { error: expect.stringContaining('not valid JSON') }]);
});

test('JSON is read whatever its content type says, binary tensors are refused', async () => {
  const request = { method: 'POST', url: '/v2/models/types/infer', body: JSON.stringify({ inputs }) } as const;
  expect((await app.inject(request)).statusCode).toBe(200);
  const octets = await app.inject({ ...request, headers: { 'content-type': 'application/octet-stream' } });
  expect(octets.statusCode).toBe(200);
  const binary = await app.inject({ ...request, headers: { 'inference-header-content-length': '10' } });
  expect([binary.statusCode, binary.json()]).toEqual([
    400,
    { error: 'the request has binary tensors, expected JSON alone; with a Triton client, pass binary_data=False' },
  ]);
});
