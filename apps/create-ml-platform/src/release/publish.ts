import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { execa } from 'execa';
import { pack } from '../pack/pack.ts';
import { readChangesets } from './changesets.ts';
import { checkPackage } from './check-package.ts';
import { git } from './git.ts';
import { openTarball } from './tarball.ts';
import { APP, versionOf } from './version.ts';

export interface PublishOptions {
  /** Where the tarball goes; the repository's `dist` unless given. */
  readonly folder?: string;
  /** Lets npm sign where and from what it was built: in a CI system that npm knows. */
  readonly provenance?: boolean;
  readonly dryRun?: boolean;
  /** For npm: its registry and the rest of its settings, unless the process's own. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface Published {
  readonly version: string;
  /** False where the registry has this version already, and in a dry run. */
  readonly published: boolean;
  /** Git's tag of this version. */
  readonly tag: string;
  readonly tarball: string;
  /** Markdown: what the changelog says of this version. */
  readonly notes: string;
}

/**
 * Packs, checks and publishes the version that the tree has, and tags the commit. A second time it changes nothing.
 *
 * @throws PlatformError `usage` where the tree is not a released version's, `step` where the package is not as it has to be.
 */
export async function publish(repository: string, options: PublishOptions = {}): Promise<Published> {
  const { env = process.env, dryRun = false } = options;
  const version = versionOf(repository);
  refuseUnreleased(repository);
  const tarball = await pack(repository, options.folder);
  await refuseBroken(tarball);
  const isThere = await isPublished(version, env);
  if (!isThere) await npmPublish(tarball, version, options, env);
  const tag = `v${version}`;
  if (!dryRun) tagCommit(repository, tag);
  return { version, published: !isThere && !dryRun, tag, tarball, notes: notesOf(repository, version) };
}

function refuseUnreleased(repository: string): void {
  const waiting = readChangesets(repository);
  const changed = git(repository, 'status', '--porcelain');
  if (changed.length > 0) throw unreleased('the tree has changes that are not committed', 'commit them, or git stash');
  if (waiting.length > 0) throw unreleased(`${waiting.join(', ')} wait for a version`, 'npm run release:version');
}

function unreleased(message: string, hint: string): PlatformError {
  return new PlatformError(message, { code: 'usage', hint });
}

async function refuseBroken(tarball: string): Promise<void> {
  const wrong = (await checkPackage(openTarball(tarball))).filter(({ ok }) => !ok);
  if (wrong.length === 0) return;
  const said = wrong.map(({ what, found, wanted }) => `${what}: ${found}, wanted: ${wanted}`).join('; ');
  throw new PlatformError(`the package is not as it has to be: ${said}`, {
    code: 'step',
    hint: 'npm run release:check',
  });
}

async function isPublished(version: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const args = ['view', `create-ml-platform@${version}`, 'version', '--json'];
  const { stdout, exitCode, stderr } = await execa('npm', args, { env, extendEnv: false, reject: false });
  if (exitCode === 0) return stdout.trim() !== '';
  if (/\bE404\b/.test(stdout + stderr)) return false;
  throw npmFailed(stderr);
}

async function npmPublish(
  tarball: string,
  version: string,
  { provenance = false, dryRun = false }: PublishOptions,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const flags = [...(provenance ? ['--provenance'] : []), ...(dryRun ? ['--dry-run'] : [])];
  const args = ['publish', tarball, '--access', 'public', '--tag', version.includes('-') ? 'next' : 'latest', ...flags];
  try {
    await execa('npm', args, { env, extendEnv: false });
  } catch (cause) {
    throw npmFailed(messageOf(cause), cause);
  }
}

function npmFailed(said: string, cause?: unknown): PlatformError {
  return new PlatformError(`npm does not publish: ${said.trim()}`, {
    code: 'environment',
    hint: 'look at the registry and the rights to it: npm ping, npm whoami; then run it again',
    cause,
  });
}

function tagCommit(repository: string, tag: string): void {
  if (git(repository, 'tag', '--list', tag).length === 0) git(repository, 'tag', tag);
}

/** The changelog's part on a version. */
function notesOf(repository: string, version: string): string {
  const file = join(repository, APP, 'CHANGELOG.md');
  const parts = existsSync(file) ? readFileSync(file, 'utf8').split(/^## /m) : [];
  const part = parts.find((text) => text.startsWith(`${version}\n`)) ?? '';
  return `${part.slice(version.length).trim()}\n`;
}
