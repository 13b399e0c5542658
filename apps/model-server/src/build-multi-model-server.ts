import { loadModel } from '@ml-platform/serving';
import type { FastifyInstance } from 'fastify';
import { emptyServer, type ServerOptions } from './build-server.ts';
import { registerDocs } from './docs.ts';
import { type LoadedModelsOptions, loadedModels } from './loaded-models.ts';
import { pingRoute } from './routes/health.ts';
import { multiModelRoutes } from './routes/multi-model.ts';

/** The HTTP server of a multi-model endpoint of SageMaker: it has no model until it is told to load one. */
export async function buildMultiModelServer(
  options: ServerOptions & LoadedModelsOptions = {},
): Promise<FastifyInstance> {
  const app = emptyServer(options);
  const models = loadedModels(loadModel, options);
  app.addHook('onClose', () => models.close());
  await registerDocs(app, { name: 'models', version: '1', description: 'Models that are loaded and unloaded.' });
  pingRoute(app);
  await app.register(multiModelRoutes, { models, partsOfFiles: options.partsOfFiles });
  return app;
}
