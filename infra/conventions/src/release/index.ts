export type { KeptReleases } from '@ml-platform/registry/release';
export { NO_RELEASE, RELEASE_VARIABLE, stackReleases } from './stack-releases.ts';
