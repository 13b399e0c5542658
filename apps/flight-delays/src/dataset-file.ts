import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';

/**
 * Absolute path of a file of the npm package `vega-datasets`, wherever npm put it.
 *
 * @throws PlatformError `environment` when the package isn't installed.
 */
export function datasetFile(name: string): string {
  const manifest = findPackageJSON('vega-datasets', import.meta.url);
  if (manifest === undefined) {
    throw new PlatformError(`the example data (npm package vega-datasets) isn't installed`, {
      code: 'environment',
      hint: 'npm ci',
    });
  }
  return join(dirname(manifest), 'data', name);
}
