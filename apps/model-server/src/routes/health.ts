import type { FastifyInstance } from 'fastify';
import { modelSchema } from '../model-schema.ts';
import type { ServedVersion } from '../served-version.ts';

/** While the server closes, Fastify answers 503 by itself. */
export async function healthRoutes(app: FastifyInstance, { served }: { served: ServedVersion }): Promise<void> {
  const { name, version } = served;
  const response = {
    200: {
      type: 'object',
      required: ['status', 'model'],
      properties: { status: { const: 'ok' }, model: modelSchema },
    },
  };
  app.get('/health', { schema: { summary: 'Ready to predict', tags: ['health'], response } }, async () => ({
    status: 'ok',
    model: { name, version },
  }));
  pingRoute(app);
}

/** What SageMaker asks until the answer is 200. The server listens after its model is loaded: before, nothing answers. */
export function pingRoute(app: FastifyInstance): void {
  const response = { 200: { type: 'object', required: ['status'], properties: { status: { const: 'ok' } } } };
  app.get('/ping', { schema: { summary: 'Ready, to SageMaker', tags: ['sagemaker'], response } }, async () => ({
    status: 'ok',
  }));
}
