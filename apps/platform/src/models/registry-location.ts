import { resolve } from 'node:path';
import type { ModelRegistry } from '@ml-platform/registry';
import { openRegistry } from '@ml-platform/registry/shared';
import { isLocation } from '@ml-platform/storage';

/** The folder of a workspace that pipelines register their models in. */
export const LOCAL_REGISTRY = 'models';

/** Where the registry is: as said, else as the variable MODEL_REGISTRY says, else the workspace's own folder. */
export function registryLocation(given: string | undefined, workspace: string, env = process.env): string {
  // A variable that a CI system lacks arrives as an empty one.
  const place = given ?? (env.MODEL_REGISTRY || LOCAL_REGISTRY);
  return isLocation(place) ? place.replace(/\/+$/, '') : resolve(workspace, place);
}

/**
 * Opens a registry that is there for as long as `work` takes.
 *
 * @throws PlatformError `notFound` where there is none, unless it may be made.
 */
export async function withRegistry<Result>(
  location: string,
  work: (registry: ModelRegistry) => Promise<Result>,
  { create = false } = {},
): Promise<Result> {
  const registry = await openRegistry(location, { create });
  try {
    return await work(registry);
  } finally {
    await registry.close();
  }
}
