import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import * as pulumi from '@pulumi/pulumi';

/**
 * The code of a handler, of the folder that all were bundled into.
 *
 * @throws PlatformError `environment` where it wasn't bundled.
 */
export function handlerCode(folder: string, handler: string): pulumi.asset.Archive {
  const file = join(folder, handler, 'index.mjs');
  if (!existsSync(file)) {
    throw new PlatformError(`${file} isn't there: the event handlers aren't bundled`, {
      code: 'environment',
      hint: 'npx nx run event-handlers:build',
    });
  }
  return new pulumi.asset.AssetArchive({ 'index.mjs': new pulumi.asset.FileAsset(file) });
}
