import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PlatformError } from '@ml-platform/errors';

/** Git as these hooks use it: a library for processes takes longer to load than pre-commit has. */
export interface Git {
  /** The work tree, which paths are relative to. */
  readonly root: string;
  /** Standard output, as it is. */
  read(args: readonly string[], options?: { readonly input?: string }): Promise<string>;
  /** What was printed with NUL behind each name. */
  names(args: readonly string[]): Promise<string[]>;
  /** Undefined where Git says no. */
  tryRead(args: readonly string[]): Promise<string | undefined>;
}

const MOST = 1024 ** 3;

/** @throws PlatformError `usage` where the folder isn't in a work tree. */
export async function openGit(folder: string): Promise<Git> {
  const root = await run(folder, ['rev-parse', '--show-toplevel']).catch((cause: unknown) => {
    const hint = 'go to the project, or make it one: git init';
    throw new PlatformError(`${folder} is in no Git work tree`, { code: 'usage', hint, cause });
  });
  const read: Git['read'] = (args, { input } = {}) => run(root.trimEnd(), args, input);
  return {
    root: root.trimEnd(),
    read,
    names: async (args) => (await read(args)).split('\0').filter((name) => name !== ''),
    tryRead: (args) => read(args).catch(() => undefined),
  };
}

async function run(cwd: string, args: readonly string[], input?: string): Promise<string> {
  const running = promisify(execFile)('git', [...args], { cwd, maxBuffer: MOST });
  // Git may end before it has read all, and says why itself.
  running.child.stdin?.on('error', () => undefined).end(input ?? '');
  return (await running).stdout;
}

/**
 * This process's environment without what Git says to a hook of the repository at hand: a program that works on another
 * one, as a test does, would work on this.
 */
export async function outsideOfHook(git: Git): Promise<NodeJS.ProcessEnv> {
  const local = new Set((await git.read(['rev-parse', '--local-env-vars'])).trim().split('\n'));
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !local.has(name)));
}
