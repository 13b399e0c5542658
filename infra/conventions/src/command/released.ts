import { resolve } from 'node:path';
import { afterRelease, keptIn, readRelease } from '@ml-platform/registry/release';
import type { KeptReleases } from '../release/index.ts';
import { NO_RELEASE, RELEASE_VARIABLE } from '../release/stack-releases.ts';
import type { StackOptions } from './options.ts';
import { readPulumi } from './pulumi.ts';

export interface Released {
  /** What the stack will say of its releases. */
  readonly after: KeptReleases;
  /** What the program has to be told; nothing where the stack keeps what it has. */
  readonly variables: Readonly<Record<string, string>>;
  /** For Pulumi's history. */
  readonly message: string | undefined;
}

/**
 * The release that an update brings, beside the one that the stack has.
 *
 * @throws PlatformError `notFound` and `config` for a file that is missing, or no release.
 */
export async function releasedBy({ project, release }: StackOptions, stack: string): Promise<Released> {
  const brought = release === undefined || release === NO_RELEASE ? undefined : readRelease(resolve(release));
  const kept = keptIn(await stackOutputs(project, stack));
  if (release === undefined) return { after: kept, variables: {}, message: undefined };
  const text = brought === undefined ? NO_RELEASE : JSON.stringify(brought);
  const message = `release ${brought?.release ?? NO_RELEASE}`;
  return { after: afterRelease(kept, brought), variables: { [RELEASE_VARIABLE]: text }, message };
}

async function stackOutputs(project: string, stack: string): Promise<Record<string, unknown>> {
  return ((await readPulumi(project, ['stack', 'output', '--json', '--stack', stack])) ?? {}) as Record<
    string,
    unknown
  >;
}
