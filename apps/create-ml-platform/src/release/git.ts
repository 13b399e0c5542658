import { execFileSync } from 'node:child_process';
import { messageOf, PlatformError } from '@ml-platform/errors';

/** What Git prints, cut at NUL or at line ends. */
export function git(repository: string, ...args: string[]): string[] {
  const output = execFileSync('git', args, { cwd: repository, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return output.split(/[\0\n]/).filter((line) => line !== '');
}

/** The commit at which this branch left `base`. */
export function mergeBase(repository: string, base: string): string {
  try {
    return git(repository, 'merge-base', base, 'HEAD')[0] ?? base;
  } catch (cause) {
    throw new PlatformError(`no common commit with '${base}': ${messageOf(cause).split('\n').at(-2) ?? ''}`, {
      code: 'notFound',
      hint: `git fetch --unshallow origin ${base.replace(/^origin\//, '')}, or pass another --base`,
      cause,
    });
  }
}

/** Paths that differ from a commit, in the work tree as well; a renamed file counts as two. */
export function changedSince(repository: string, commit: string): string[] {
  const changed = git(repository, 'diff', '--name-only', '--no-renames', '-z', commit);
  return [...changed, ...git(repository, 'ls-files', '--others', '--exclude-standard', '-z')].sort();
}
