import { type ModelVersion, openSqliteRegistry } from '@ml-platform/registry';
import { loadModel } from '@ml-platform/serving';
import type { FastifyInstance } from 'fastify';
import { buildServer } from './build-server.ts';
import type { Settings } from './command-line.ts';
import { listen } from './listen.ts';

/** Which version is served, and where it answers. */
export interface Listening {
  readonly model: string;
  readonly version: string;
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

/**
 * Serves the version of a model that an alias points at, until `app.close()`.
 *
 * @throws PlatformError `notFound` where there is no such version, `data` where the model can't be loaded, `environment`
 * where the port is taken.
 */
export async function serve(settings: Omit<Settings, 'json'>): Promise<Service> {
  const { name, version, location } = await findVersion(settings);
  const model = await loadModel(location);
  const logger = { level: 'warn', stream: process.stderr };
  const app = await buildServer({ name, version, model }, { logger });
  app.addHook('onClose', () => model.close());
  const url = await listen(app, settings).catch(async (thrown: unknown) => {
    await app.close();
    throw thrown;
  });
  const urls = { predict: `${url}/predict`, docs: `${url}/docs`, openapi: `${url}/openapi.json` };
  return { app, listening: { model: name, version, alias: settings.alias, url, ...urls } };
}

async function findVersion({ models, model, alias }: Omit<Settings, 'json'>): Promise<ModelVersion> {
  const registry = await openSqliteRegistry(models, { readOnly: true });
  try {
    return await registry.get(model, alias);
  } finally {
    await registry.close();
  }
}
