import type { Signature } from '@ml-platform/registry';
import { expect, test } from 'vitest';
import { inferenceResponse, modelMetadata, readInferenceRequest } from './open-inference.ts';

const signature: Signature = {
  inputs: [
    { name: 'origin', type: 'string' },
    { name: 'hour', type: 'float32' },
  ],
  outputs: [
    { name: 'delay', type: 'float32' },
    { name: 'label', type: 'int64' },
  ],
};
const origin = { name: 'origin', shape: [2, 1], datatype: 'BYTES', data: ['LAX', 'DAL'] };
const hour = { name: 'hour', shape: [2], datatype: 'FP32', data: [14, null] };

test('flat and nested data, with one and two dimensions, are the same', () => {
  const expected = { columns: { origin: ['LAX', 'DAL'], hour: [14, null] }, outputs: ['delay', 'label'] };
  expect(readInferenceRequest({ inputs: [origin, hour] }, signature)).toMatchObject(expected);
  const nested = { ...hour, shape: [2, 1], data: [[14], [null]] };
  expect(readInferenceRequest({ inputs: [origin, nested] }, signature)).toMatchObject(expected);
});

test('extensions and parameters are ignored, any number fits a column of numbers', () => {
  const request = {
    id: '42',
    parameters: { content_type: 'pd' },
    inputs: [origin, { ...hour, datatype: 'INT64', parameters: { content_type: 'np' }, priority: 1 }],
    outputs: [{ name: 'label', parameters: {} }],
    deadline: 5,
  };
  expect(readInferenceRequest(request, signature)).toMatchObject({ id: '42', outputs: ['label'] });
});

test.each([
  ['no object', 5, 'the request: Invalid input: expected object, received number'],
  ['no inputs', { inputs: [] }, 'inputs: Too small: expected array to have >=1 items'],
  ['an unknown datatype', { inputs: [{ ...hour, datatype: 'FP16' }] }, 'inputs.0.datatype: Invalid option'],
  ['a negative shape', { inputs: [{ ...hour, shape: [-1] }] }, 'inputs.0.shape.0: Too small'],
  ['no data', { inputs: [{ ...hour, data: undefined }] }, 'inputs.0.data: Invalid input'],
  ['a numeric id', { id: 1, inputs: [hour] }, 'id: Invalid input: expected string'],
  ['a wide tensor', { inputs: [{ ...hour, shape: [1, 2] }] }, 'the input "hour" has shape [1, 2], expected [rows, 1]'],
  ['a deep tensor', { inputs: [{ ...hour, shape: [2, 1, 1] }] }, 'has shape [2, 1, 1], expected [rows, 1]'],
  ['a scalar', { inputs: [{ ...hour, shape: [] }] }, 'has shape [], expected [rows, 1]'],
  ['a wrong shape', { inputs: [{ ...hour, shape: [3] }] }, 'the input "hour" has 2 values, but shape [3]'],
  ['strings for numbers', { inputs: [{ ...hour, datatype: 'BYTES' }] }, 'has datatype BYTES, expected FP32'],
  ['numbers for strings', { inputs: [{ ...origin, datatype: 'FP32' }] }, 'has datatype FP32, expected BYTES'],
  ['an input twice', { inputs: [hour, hour] }, 'the input "hour" is given twice'],
  ['an unknown output', { inputs: [hour], outputs: [{ name: 'x' }] }, 'the model has no output "x", but delay, label'],
])('a request with %s is refused', (_, body, message) => {
  expect(() => readInferenceRequest(body, signature)).toThrow(
    expect.objectContaining({ code: 'data', message: expect.stringContaining(message) }),
  );
});

test('the response has the outputs asked for, in that order, and the id', () => {
  const prediction = { rows: 2, columns: { delay: [0.5, null], label: [1, 0] } };
  const identity = { name: 'delays', version: '3' };
  expect(inferenceResponse(identity, { id: '42', outputs: ['label', 'delay'] }, prediction, signature)).toEqual({
    model_name: 'delays',
    model_version: '3',
    id: '42',
    outputs: [
      { name: 'label', datatype: 'INT64', shape: [2, 1], data: [1, 0] },
      { name: 'delay', datatype: 'FP32', shape: [2, 1], data: [0.5, null] },
    ],
  });
  expect(inferenceResponse(identity, { id: undefined, outputs: [] }, prediction, signature)).not.toHaveProperty('id');
});

test('metadata says what to send', () => {
  expect(modelMetadata({ name: 'delays', version: '3' }, signature)).toEqual({
    name: 'delays',
    versions: ['3'],
    platform: 'onnx_onnxv1',
    inputs: [
      { name: 'origin', datatype: 'BYTES', shape: [-1, 1] },
      { name: 'hour', datatype: 'FP32', shape: [-1, 1] },
    ],
    outputs: [
      { name: 'delay', datatype: 'FP32', shape: [-1, 1] },
      { name: 'label', datatype: 'INT64', shape: [-1, 1] },
    ],
  });
});
