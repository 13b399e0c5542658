export { afterRelease, type KeptReleases, keptIn } from './kept-releases.ts';
export { parseRelease, type Release, readRelease, releaseName, releaseSchema } from './release.ts';
