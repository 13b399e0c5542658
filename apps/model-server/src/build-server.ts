import type { PredictionLog } from '@ml-platform/serving';
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { registerDocs } from './docs.ts';
import { answerError, noSuchRoute } from './error-response.ts';
import { healthRoutes } from './routes/health.ts';
import { invocationRoutes } from './routes/invocations.ts';
import { metricsRoute } from './routes/metrics.ts';
import { openInferenceRoutes } from './routes/open-inference.ts';
import { predictRoutes } from './routes/predict.ts';
import type { ServedVersion } from './served-version.ts';
import { endConnectionsOnClose } from './shutdown.ts';

export interface ServerOptions {
  /** Largest request body, in bytes; 4 MiB unless given. Large batches hold up every other request. */
  readonly bodyLimit?: number;
  /** CSV comes in parts of files, of which the first alone may have a header; false unless given. */
  readonly partsOfFiles?: boolean;
  readonly logger?: FastifyServerOptions['logger'];
  /** Where predictions are kept: its counts are on `/metrics`. The server doesn't close it. */
  readonly log?: PredictionLog;
}

const REQUEST_TIMEOUT_MS = 30_000;
/** A name that SageMaker gives a model is a hash, longer than Fastify takes unless told to. */
const MAX_PARAM_LENGTH = 1024;

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
  const app = emptyServer(options);
  const { name, version } = served;
  await registerDocs(app, { name, version, description: `Predictions of the model ${name}, version ${version}.` });
  await app.register(predictRoutes, { served });
  await app.register(healthRoutes, { served });
  await app.register(invocationRoutes, { served, partsOfFiles: options.partsOfFiles });
  await app.register(openInferenceRoutes, { served, prefix: '/v2' });
  return app;
}

/** What every server has: limits, the form of errors, an end to its connections when it closes. */
export function emptyServer({ bodyLimit = 4 * 1024 * 1024, logger = false, log }: ServerOptions): FastifyInstance {
  const app = fastify({
    bodyLimit,
    logger,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: answerError,
  });
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(noSuchRoute);
  endConnectionsOnClose(app);
  if (log) metricsRoute(app, log);
  return app;
}
