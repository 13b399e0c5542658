import { hashFolder, type ModelVersion, openSqliteRegistry } from '@ml-platform/registry';
import { loadModel } from '@ml-platform/serving';
import type { ServedVersion } from './served-version.ts';

/** A version in a registry. */
export interface RegisteredModel {
  readonly model: string;
  /** The alias, or the version. */
  readonly alias: string;
  /** The registry's folder. */
  readonly models: string;
}

/** A model's folder. */
export interface ModelFolder {
  readonly modelDir: string;
  /** What it is called in answers. */
  readonly model: string;
}

export type ModelSource = RegisteredModel | ModelFolder;

/**
 * Loads a model; a folder, which no registry has given a version, goes by the first digits of its hash.
 *
 * @throws PlatformError `notFound` where there is no such version or folder, `data` where the model can't be loaded.
 */
export async function openModel(source: ModelSource): Promise<ServedVersion> {
  return 'modelDir' in source ? openFolder(source) : openRegistered(source);
}

async function openFolder({ modelDir, model: name }: ModelFolder): Promise<ServedVersion> {
  const model = await loadModel(modelDir);
  return { name, version: (await hashFolder(modelDir)).slice(0, 12), model };
}

async function openRegistered(source: RegisteredModel): Promise<ServedVersion> {
  const { name, version, location } = await findVersion(source);
  return { name, version, model: await loadModel(location) };
}

async function findVersion({ model, alias, models }: RegisteredModel): Promise<ModelVersion> {
  const registry = await openSqliteRegistry(models, { readOnly: true });
  try {
    return await registry.get(model, alias);
  } finally {
    await registry.close();
  }
}
