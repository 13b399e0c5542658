import { openPredictionLog } from '@ml-platform/serving';
import type { FastifyInstance } from 'fastify';
import { buildMultiModelServer } from './build-multi-model-server.ts';
import { buildServer, type ServerOptions } from './build-server.ts';
import { type Address, listen } from './listen.ts';
import { logPredictionsOf } from './log-predictions.ts';
import { type ModelSource, openModel } from './open-model.ts';

/** Which version is served, and where it answers. */
export interface Listening {
  readonly model: string;
  readonly version: string;
  /** What the version was asked for by; of a folder, the version. */
  readonly alias: string;
  readonly url: string;
  readonly predict: string;
  readonly docs: string;
  readonly openapi: string;
}

export interface Service {
  readonly app: FastifyInstance;
  readonly listening: Listening;
}

export interface ServeLimits {
  /** Largest request, in megabytes; 4 unless given. */
  readonly maxPayloadMb?: number;
  /** See `ServerOptions`. */
  readonly partsOfFiles?: boolean;
  /** The folder of the prediction log; none unless given. */
  readonly logPredictions?: string | undefined;
}

/**
 * Serves the version of a model that an alias points at, or the model in a folder, until `app.close()`.
 *
 * @throws PlatformError `notFound` where there is no such version, `data` where the model can't be loaded, `environment`
 * where the port is taken.
 */
export async function serve(settings: ModelSource & Address & ServeLimits): Promise<Service> {
  const { app, served } = await openOne(settings, settings);
  const { name, version } = served;
  const url = await listenOrClose(app, settings);
  const urls = { predict: `${url}/predict`, docs: `${url}/docs`, openapi: `${url}/openapi.json` };
  const alias = 'alias' in settings ? settings.alias : version;
  return { app, listening: { model: name, version, alias, url, ...urls } };
}

/** Serves what SageMaker loads into a multi-model endpoint, until `app.close()`. */
export async function serveMany(settings: Address & ServeLimits): Promise<{ app: FastifyInstance; url: string }> {
  const app = await openApp('many', settings);
  return { app, url: await listenOrClose(app, settings) };
}

/** A server that listens to nothing yet, and closes its models with itself. Throws as `serve` does. */
export async function openApp(source: ModelSource | 'many', limits: ServeLimits): Promise<FastifyInstance> {
  return source === 'many' ? openMany(limits) : (await openOne(source, limits)).app;
}

async function openOne(source: ModelSource, limits: ServeLimits) {
  const options = await serverOptions(limits);
  const served = await openModel(source);
  const app = await buildServer(options.log ? logPredictionsOf(served, options.log) : served, options);
  app.addHook('onClose', () => served.model.close());
  closeLogWith(app, options);
  return { app, served };
}

async function openMany(limits: ServeLimits): Promise<FastifyInstance> {
  const options = await serverOptions(limits);
  const app = await buildMultiModelServer(options);
  closeLogWith(app, options);
  return app;
}

/** After the last request. */
function closeLogWith(app: FastifyInstance, { log }: ServerOptions): void {
  if (log) app.addHook('onClose', () => log.close());
}

async function serverOptions({
  maxPayloadMb = 4,
  partsOfFiles = false,
  logPredictions,
}: ServeLimits): Promise<ServerOptions> {
  const warn = (message: string) => void process.stderr.write(`${message}\n`);
  const log = logPredictions === undefined ? undefined : await openPredictionLog(logPredictions, { warn });
  const logger = { level: 'warn', stream: process.stderr };
  return { bodyLimit: maxPayloadMb * 1024 * 1024, partsOfFiles, logger, ...(log && { log }) };
}

async function listenOrClose(app: FastifyInstance, address: Address): Promise<string> {
  try {
    return await listen(app, address);
  } catch (thrown) {
    await app.close();
    throw thrown;
  }
}
