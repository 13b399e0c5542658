import { spawnSync } from 'node:child_process';
import { PlatformError } from '@ml-platform/errors';
import { systemCode } from '../write/system-error.ts';

/** A work tree, and what Git's environment has to say while we work in it. */
export interface Repository {
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface GitCall {
  readonly repository: Repository;
  readonly args: readonly string[];
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are an answer; any other is an error. */
  readonly answers?: readonly number[];
}

// A hook or an alias of another repository may have started us: its variables must not lead into it.
const FOREIGN = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY', 'GIT_COMMON_DIR', 'GIT_PREFIX'];

// Messages are read; and a `git status` that is killed must not leave a lock, which it takes to write down file times.
const ALWAYS = { LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' };

/** Runs Git and returns what it printed, with the exit code; throws on an exit code that is no answer. */
export function runGit(call: GitCall): { status: number; stdout: string } {
  const { status, printed } = runGitForBytes(call);
  return { status, stdout: printed.toString() };
}

/** The same for what may be no text. */
export function runGitForBytes({ repository, args, input, env, answers = [0] }: GitCall): {
  status: number;
  printed: Buffer;
} {
  const { error, status, stdout, stderr } = spawnSync('git', args, {
    cwd: repository.folder,
    env: { ...inherited(), ...ALWAYS, ...repository.env, ...env },
    input,
    maxBuffer: 1024 * 1024 * 1024,
  });
  if (!error && status !== null && answers.includes(status)) return { status, printed: stdout };
  if (systemCode(error) === 'ENOENT') throw missingGit(error);
  const reason = error?.message ?? stderr.toString().trim();
  throw new PlatformError(
    `git ${args.find((arg) => /^[a-z-]+$/.test(arg) && !arg.startsWith('-'))} failed in ${repository.folder}: ${reason}`,
    {
      code: 'environment',
      hint: 'Git 2.38 or newer is needed: see `git --version`',
      cause: error,
    },
  );
}

/** The one line that a Git command answers with. */
export function askGit(
  repository: Repository,
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
): string {
  return runGit({ repository, args, ...(env ? { env } : {}) }).stdout.trim();
}

/** The parts of an answer that ends each with a zero byte. */
export function listGit(repository: Repository, args: readonly string[]): string[] {
  return runGit({ repository, args })
    .stdout.split('\0')
    .filter((part) => part !== '');
}

function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.includes(name)));
}

function missingGit(cause: unknown): PlatformError {
  return new PlatformError('git is not installed (or not on the PATH)', {
    code: 'environment',
    hint: 'install Git 2.38 or newer',
    cause,
  });
}
