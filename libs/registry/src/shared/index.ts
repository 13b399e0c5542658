export { exportModel } from './export-model.ts';
export { openRegistry } from './open-registry.ts';
export { readVersionManifest } from './read-version-manifest.ts';
