import { spawnSync } from 'node:child_process';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { systemCode } from '../write/system-error.ts';

export interface GitOutcome {
  readonly state: 'committed' | 'initialised' | 'skipped';
  /** Why there is no commit, for the person who expected one. */
  readonly warning?: string;
}

// A hook or an alias of another repository may have started us: its variables must not lead into it.
const FOREIGN = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY', 'GIT_COMMON_DIR', 'GIT_PREFIX'];

/** Whether `folder` lies in somebody's work tree; throws when there is no Git at all. */
export function isInWorkTree(folder: string): boolean {
  const { status, stdout, stderr } = git(folder, ['rev-parse', '--is-inside-work-tree']);
  // A work tree of another user answers with an error, and is one nevertheless.
  return status === 0 ? stdout.trim() === 'true' : stderr.includes('dubious ownership');
}

/** Makes a repository with one commit; without an identity to commit as it stops before the commit and says so. */
export function startRepository(folder: string): GitOutcome {
  const branch = git(folder, ['config', '--get', 'init.defaultBranch']).stdout.trim() || 'main';
  const init = git(folder, ['init', '--quiet', '-b', branch]);
  if (init.status !== 0) {
    refuseFullDisk(init.stderr);
    return { state: 'skipped', warning: `git init failed: ${lastLine(init.stderr)}` };
  }
  // The user's hooks are for the user's commits.
  const commands = [
    ['-c', 'core.safecrlf=false', 'add', '--all'],
    ['commit', '--quiet', '--no-verify', '-m', 'Initial commit'],
  ];
  for (const command of commands) {
    const { status, stderr } = git(folder, command);
    if (status !== 0) return { state: 'initialised', warning: explain(stderr) };
  }
  return { state: 'committed' };
}

/** Without room for its repository a project isn't made. */
function refuseFullDisk(stderr: string): void {
  if (!/No space left on device|Out of diskspace|Disk quota exceeded/.test(stderr)) return;
  throw Object.assign(new Error(lastLine(stderr)), { code: 'ENOSPC' });
}

function explain(stderr: string): string {
  refuseFullDisk(stderr);
  const commit = "then `git commit -m 'Initial commit'`";
  if (/tell me who you are|unable to auto-detect|empty ident name/i.test(stderr)) {
    return `no first commit: Git doesn't know your name. Set it (\`git config --global user.name\` and \`user.email\`), ${commit}`;
  }
  return `no first commit: ${lastLine(stderr)}. Set that right, ${commit}`;
}

function git(cwd: string, args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.includes(name)));
  const { error, status, stdout, stderr } = spawnSync('git', args, {
    cwd,
    env: { ...env, LC_ALL: 'C' },
    encoding: 'utf8',
  });
  if (!error) return { status, stdout, stderr };
  const isMissing = systemCode(error) === 'ENOENT';
  throw new PlatformError(
    isMissing ? 'git is not installed (or not on the PATH)' : `git can't run: ${messageOf(error)}`,
    {
      code: 'environment',
      hint: 'install Git, or pass --no-git to go without a repository',
      cause: error,
    },
  );
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}
