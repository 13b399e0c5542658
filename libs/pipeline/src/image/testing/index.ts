export { imageStore } from './base-images.ts';
export { type BuildOptions, buildImage, type Image, type RunOptions } from './buildah.ts';
export { registrySecrets } from './registries.ts';
