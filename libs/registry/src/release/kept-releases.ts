import { isDeepStrictEqual } from 'node:util';
import { parseRelease, type Release, releaseSchema } from './release.ts';

/** What a stack says of its releases, as two of its outputs. */
export interface KeptReleases {
  /** What it serves. */
  readonly release?: Release;
  /** What it served before, the newest first: where a rollback goes. */
  readonly previousReleases: readonly Release[];
}

/** How far back a stack remembers. */
const KEPT = 10;

/**
 * What a stack keeps when it goes over to a release, or to none. Going back to one that it had takes what came after away: a
 * release that was rolled back is never where the next rollback goes.
 */
export function afterRelease(kept: KeptReleases, next: Release | undefined): KeptReleases {
  const { release, previousReleases } = kept;
  if (next === undefined) return { previousReleases: [] };
  if (release === undefined) return { release: next, previousReleases: [] };
  if (isDeepStrictEqual(next, release)) return kept;
  const at = previousReleases.findIndex((one) => isDeepStrictEqual(one, next));
  const before = at < 0 ? [release, ...previousReleases] : previousReleases.slice(at + 1);
  return { release: next, previousReleases: before.slice(0, KEPT) };
}

/**
 * Reads what a stack keeps from its outputs.
 *
 * @throws PlatformError `config` for a release that can't be read: a stack that took it for none would take its model away.
 */
export function keptIn(outputs: Readonly<Record<string, unknown>>): KeptReleases {
  const { release, previousReleases } = outputs;
  const listed = Array.isArray(previousReleases) ? previousReleases : [];
  return {
    ...(release !== undefined && { release: parseRelease(release, "the stack's output release") }),
    previousReleases: listed.flatMap((one) => releaseSchema.safeParse(one).data ?? []),
  };
}
