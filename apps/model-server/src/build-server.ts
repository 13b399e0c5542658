import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { registerDocs } from './docs.ts';
import { answerError, noSuchRoute } from './error-response.ts';
import { healthRoutes } from './routes/health.ts';
import { openInferenceRoutes } from './routes/open-inference.ts';
import { predictRoutes } from './routes/predict.ts';
import type { ServedVersion } from './served-version.ts';
import { endConnectionsOnClose } from './shutdown.ts';

export interface ServerOptions {
  /** Largest request body, in bytes; 4 MiB unless given. Large batches hold up every other request. */
  readonly bodyLimit?: number;
  readonly logger?: FastifyServerOptions['logger'];
}

const REQUEST_TIMEOUT_MS = 30_000;

/**
 * The HTTP server for one model version, ready to `listen` or `inject`; closing it leaves the model open.
 *
 * @example
 * ```ts
 * const app = await buildServer({ name: 'delays', version: '3', model: await loadModel(folder) });
 * await app.listen({ port: 8080 });
 * ```
 */
export async function buildServer(served: ServedVersion, options: ServerOptions = {}): Promise<FastifyInstance> {
  const { bodyLimit = 4 * 1024 * 1024, logger = false } = options;
  const app = fastify({ bodyLimit, logger, requestTimeout: REQUEST_TIMEOUT_MS, frameworkErrors: answerError });
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(noSuchRoute);
  endConnectionsOnClose(app);
  await registerDocs(app, served);
  await app.register(predictRoutes, { served });
  await app.register(healthRoutes, { served });
  await app.register(openInferenceRoutes, { served, prefix: '/v2' });
  return app;
}
