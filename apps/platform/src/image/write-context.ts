import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PlatformError } from '@ml-platform/errors';
import type { ModelVersion } from '@ml-platform/registry';
import { exportModel } from '@ml-platform/registry/shared';
import { execa } from 'execa';
import { parseModelReference } from '../models/model-reference.ts';
import { withRegistry } from '../models/registry-location.ts';
import { MODEL_FOLDER, SERVER_FOLDER, withModel } from './with-model.ts';

const BUNDLE = fileURLToPath(import.meta.resolve('@ml-platform/pipeline/bundle'));

export interface Context {
  readonly workspace: string;
  /** From the workspace's folder: `apps/model-server`. */
  readonly application: string;
  /** `NAME`, `NAME@ALIAS` or `NAME:VERSION`. */
  readonly model: string;
  /** Of the registry. */
  readonly location: string;
  /** What is written, and replaced where it is there. */
  readonly folder: string;
}

/**
 * Writes the context of an image with a server and a model.
 *
 * @throws PlatformError `notFound` where the model isn't registered, `usage` where the folder holds something else, `step`
 * where the server can't be bundled.
 */
export async function writeContext({
  workspace,
  application,
  model,
  location,
  folder,
}: Context): Promise<ModelVersion> {
  const { name, versionOrAlias } = parseModelReference(model);
  if (existsSync(folder) && !existsSync(join(folder, SERVER_FOLDER))) throw holdsOther(folder);
  const version = await withRegistry(location, async (registry) => {
    const found = await registry.get(name, versionOrAlias);
    await rm(folder, { recursive: true, force: true });
    await exportModel(found, join(folder, MODEL_FOLDER));
    return found;
  });
  const server = ['--out', join(folder, SERVER_FOLDER)];
  const bundled = await execa(process.execPath, [BUNDLE, application, ...server], { cwd: workspace, reject: false });
  if (bundled.failed) throw notBundled(application, bundled.stderr);
  const dockerfile = await readFile(join(workspace, application, 'Dockerfile'), 'utf8');
  await writeFile(join(folder, 'Dockerfile'), withModel(dockerfile, name));
  return version;
}

function holdsOther(folder: string): PlatformError {
  return new PlatformError(`${folder} is there, and is no folder of an image`, {
    code: 'usage',
    hint: 'name another with --out, or remove it',
  });
}

function notBundled(application: string, said: string): PlatformError {
  return new PlatformError(`${application} can't be bundled: ${said.trim()}`, {
    code: 'step',
    hint: `npx nx run pipeline:bundle ${application} says the same`,
  });
}
