import { spawnSync } from 'node:child_process';
import { PlatformError } from '@ml-platform/errors';

export interface GitCall {
  readonly repository: string;
  readonly args: readonly string[];
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are an answer; any other is an error. */
  readonly answers?: readonly number[];
}

/** Runs Git and returns what it printed, with the exit code; throws on an exit code that is no answer. */
export function runGit({ repository, args, input, env, answers = [0] }: GitCall): { status: number; stdout: string } {
  const { error, status, stdout, stderr } = spawnSync('git', args, {
    cwd: repository,
    env: { ...process.env, ...env, LC_ALL: 'C' },
    input,
    maxBuffer: 256 * 1024 * 1024,
  });
  if (!error && status !== null && answers.includes(status)) return { status, stdout: stdout.toString() };
  const reason = error?.message ?? stderr.toString().trim();
  throw new PlatformError(
    `git ${args.find((arg) => /^[a-z-]+$/.test(arg) && !arg.startsWith('-'))} failed in ${repository}: ${reason}`,
    {
      code: 'environment',
      hint: 'Git 2.38 or newer is needed: see `git --version`',
      cause: error,
    },
  );
}

/** The one line that a Git command answers with. */
export function askGit(repository: string, args: readonly string[], env?: Readonly<Record<string, string>>): string {
  return runGit({ repository, args, ...(env ? { env } : {}) }).stdout.trim();
}
