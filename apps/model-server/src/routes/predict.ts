import { PlatformError } from '@ml-platform/errors';
import { type Columns, predictionRows, type Row } from '@ml-platform/serving';
import type { FastifyInstance } from 'fastify';
import { errorSchema, predictBodySchema, predictResponseSchema } from '../model-schema.ts';
import type { ServedVersion } from '../served-version.ts';

export async function predictRoutes(app: FastifyInstance, { served }: { served: ServedVersion }): Promise<void> {
  const { name, version, model } = served;
  app.post('/predict', {
    schema: {
      summary: `Predict with ${name}`,
      tags: ['predict'],
      body: predictBodySchema(model.manifest),
      response: { 200: predictResponseSchema(model.manifest), '4xx': errorSchema, '5xx': errorSchema },
    },
    // The schema is for readers: the model checks every cell anyway, and says which column and row is wrong.
    validatorCompiler: () => () => true,
    handler: async ({ body }) => {
      const prediction = await model.predict(readInstances(body, model.manifest.example));
      return { model: { name, version }, predictions: predictionRows(prediction) };
    },
  });
}

/** @throws PlatformError `usage` where a body has neither instances nor columns, or both. */
export function readInstances(body: unknown, example: object): Columns | readonly Row[] {
  const { instances, columns } = Object(body) as { instances?: unknown; columns?: unknown };
  if (Array.isArray(instances) && columns === undefined) return instances;
  if (typeof columns === 'object' && columns !== null && !Array.isArray(columns) && instances === undefined) {
    return columns as Columns;
  }
  throw new PlatformError('expected either a list "instances" or an object "columns"', {
    code: 'usage',
    hint: `for example ${JSON.stringify({ instances: [example] })}`,
  });
}
