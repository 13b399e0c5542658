import { PlatformError } from '@ml-platform/errors';
import { ownerOf } from '../template/owner.ts';
import { CHANGESETS, readChangesets } from './changesets.ts';
import { changedSince, mergeBase } from './git.ts';
import { APP, versionAt, versionOf } from './version.ts';

/** What the package has beside the template and what its bundle is made of. */
const PACKED = ['LICENSE', `${APP}/README.md`, `${APP}/bin/create-ml-platform.cjs`, `${APP}/src/pack/pack.ts`];

export interface ChangesetCheck {
  /** What changed of that which users get. */
  readonly shipped: readonly string[];
  /** Changesets that are new here. */
  readonly changesets: readonly string[];
  readonly isRelease: boolean;
}

/**
 * Asks for a changeset where something changed that users get, since this branch left `base`; `bundled` are the paths of
 * the modules in the command. The commit of a release itself takes changesets away, and needs none.
 *
 * @throws PlatformError `step` where there is none, `config` where one is wrong.
 */
export function checkChangesets(repository: string, base: string, bundled: readonly string[]): ChangesetCheck {
  const commit = mergeBase(repository, base);
  const changed = changedSince(repository, commit);
  const sources = new Set([...PACKED, ...bundled]);
  const shipped = changed.filter((path) => ownerOf(path) !== 'excluded' || sources.has(path));
  const changesets = readChangesets(repository).filter((path) => changed.includes(path));
  const isRelease = versionAt(repository, commit) !== versionOf(repository);
  if (shipped.length > 0 && changesets.length === 0 && !isRelease) throw missing(shipped);
  return { shipped, changesets, isRelease };
}

function missing(shipped: readonly string[]): PlatformError {
  const named = shipped.slice(0, 3).join(', ');
  const more = shipped.length > 3 ? ` and ${shipped.length - 3} more` : '';
  return new PlatformError(`users get what changed here (${named}${more}), and no file in ${CHANGESETS} says so`, {
    code: 'step',
    hint: 'npx changeset; where no user would notice: npx changeset --empty',
  });
}
