import { type ModelVersion, openSqliteRegistry } from '@ml-platform/registry';
import { loadModel } from '@ml-platform/serving';
import { buildServer } from './build-server.ts';
import type { Settings } from './command-line.ts';
import { listen } from './listen.ts';
import { closeOnSignal } from './shutdown.ts';

/** Serves until a signal comes; prints one line as soon as it listens. */
export async function serve(settings: Settings): Promise<void> {
  const { name, version, location } = await findVersion(settings);
  const model = await loadModel(location);
  const logger = { level: 'warn', stream: process.stderr };
  const app = await buildServer({ name, version, model }, { logger });
  app.addHook('onClose', () => model.close());
  const url = await listen(app, settings).catch(async (thrown: unknown) => {
    await app.close();
    throw thrown;
  });
  closeOnSignal(app);
  process.stdout.write(`${announce(settings, version, url)}\n`);
}

async function findVersion({ models, model, alias }: Settings): Promise<ModelVersion> {
  const registry = await openSqliteRegistry(models, { create: false });
  try {
    return await registry.get(model, alias);
  } finally {
    await registry.close();
  }
}

function announce({ model, alias, json }: Settings, version: string, url: string): string {
  const urls = { predict: `${url}/predict`, docs: `${url}/docs`, openapi: `${url}/openapi.json` };
  if (json) return JSON.stringify({ model, version, alias, url, ...urls });
  return `${model} ${version} (${alias}) predicts on ${urls.predict}, see ${urls.docs}`;
}
