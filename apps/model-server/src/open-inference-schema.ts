import type { ModelManifest } from '@ml-platform/registry';
import { inferenceRequestSchema, type ModelMetadata } from '@ml-platform/serving';
import { z } from 'zod';

const tensorSchema = {
  type: 'object',
  required: ['name', 'datatype', 'shape', 'data'],
  properties: {
    name: { type: 'string' },
    datatype: { type: 'string' },
    shape: { type: 'array', items: { type: 'integer' } },
    data: { type: 'array', items: { type: ['number', 'string', 'boolean', 'null'] } },
  },
};

export const inferResponseSchema = {
  type: 'object',
  required: ['model_name', 'model_version', 'outputs'],
  properties: {
    model_name: { type: 'string' },
    model_version: { type: 'string' },
    id: { type: 'string' },
    outputs: { type: 'array', items: tensorSchema },
  },
};

/** The body of `infer`, with the model's example row as the example. */
export function inferBodySchema({ inputs }: ModelMetadata, example: ModelManifest['example']): object {
  const { $schema, ...schema } = z.toJSONSchema(inferenceRequestSchema, { io: 'input' });
  const tensors = inputs.map((input) => ({ ...input, shape: [1, 1], data: [example[input.name]] }));
  return { ...schema, examples: [{ inputs: tensors }] };
}
