import { isLocation, openStore } from '@ml-platform/storage';
import type { ModelManifest } from '../manifest.ts';
import type { ModelVersion } from '../model-registry.ts';
import { parseManifest, readModelManifest } from '../read-manifest.ts';

/**
 * `model.json` of a version, wherever its files are.
 *
 * @throws PlatformError as `readModelManifest`; a `StoreError` where a store doesn't give it.
 */
export async function readVersionManifest({ location }: Pick<ModelVersion, 'location'>): Promise<ModelManifest> {
  if (!isLocation(location)) return readModelManifest(location);
  const store = await openStore(location);
  return parseManifest(await store.readText('model.json'), `${location}/model.json`);
}
