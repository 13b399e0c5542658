import { spawnSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { PlatformError } from '@ml-platform/errors';

export interface CommandOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds until it is ended; no limit unless given. */
  readonly timeout?: number;
}

/** Runs a command to its end and returns what it wrote to standard output; one that fails is an error with its last lines. */
export function runCommand(program: string, args: readonly string[], { cwd, env, timeout }: CommandOptions): string {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd,
    env: env ?? process.env,
    encoding: 'utf8',
    timeout,
    // As Ctrl-C does: what it started is ended too.
    killSignal: 'SIGINT',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (!error && status === 0) return stdout;
  // Of one that was ended, the last line says how far it got.
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const ending = code === 'ETIMEDOUT' ? `was ended after ${(timeout ?? 0) / 1000} s` : `ended with ${status ?? code}`;
  const said = `${stdout ?? ''}${stderr ?? ''}`
    .trim()
    .split('\n')
    .slice(code === 'ETIMEDOUT' ? -1 : -5)
    .join(' | ');
  throw new PlatformError(`${program} ${args.join(' ')} ${ending}: ${said}`, {
    code: 'environment',
    hint: `run it yourself in ${cwd}`,
    cause: error,
  });
}

/** An environment in which commands are looked for in `folders` first. */
export function withPath(env: NodeJS.ProcessEnv, ...folders: readonly string[]): NodeJS.ProcessEnv {
  return { ...env, PATH: [...folders, env.PATH].join(delimiter) };
}
