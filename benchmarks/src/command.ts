import { spawnSync } from 'node:child_process';
import { PlatformError } from '@ml-platform/errors';

export interface CommandOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a command to its end and returns what it wrote to standard output; one that fails is an error with its last lines. */
export function runCommand(program: string, args: readonly string[], { cwd, env }: CommandOptions): string {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd,
    env: env ?? process.env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (!error && status === 0) return stdout;
  const said = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').slice(-5).join(' | ');
  throw new PlatformError(`${program} ${args.join(' ')} ended with ${status ?? error?.message}: ${said}`, {
    code: 'environment',
    hint: `run it yourself in ${cwd}`,
    cause: error,
  });
}
