import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';

/** How to start npm: a program and its first arguments. */
export type Npm = readonly [program: string, ...args: string[]];

/** The npm that runs us, else the one on the PATH; throws when there is none. */
export function findNpm(env: NodeJS.ProcessEnv = process.env): Npm {
  const running = env.npm_execpath;
  if (running && /^np[mx]-cli\.js$/.test(basename(running))) {
    const cli = join(dirname(running), 'npm-cli.js');
    if (existsSync(cli)) return [process.execPath, cli];
  }
  const name = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter);
  if (folders.some((folder) => folder !== '' && existsSync(join(folder, name)))) return [name];
  throw new PlatformError('npm is not installed (or not on the PATH)', {
    code: 'environment',
    hint: 'install Node with npm, or pass --no-install and install later',
  });
}

/** Runs `npm ci`, with npm's own progress on standard error; throws when it fails: the project stays. */
export async function installDependencies([program, ...first]: Npm, folder: string): Promise<void> {
  const exit = await run(program, [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], folder);
  if (exit === 0) return;
  throw new PlatformError(`npm ci ended with ${exit}; the project in ${folder} is whole, only not installed`, {
    code: 'environment',
    hint: `once the network is there: cd ${folder} && npm install`,
  });
}

function run(program: string, args: readonly string[], cwd: string): Promise<number | string> {
  // Ctrl-C reaches npm as well; we stay to say what state the project is in.
  const stay = (): void => undefined;
  process.on('SIGINT', stay);
  return new Promise((settle) => {
    const child = spawn(program, args, { cwd, stdio: ['inherit', 2, 2], shell: program.endsWith('.cmd') });
    child.on('error', (error) => settle(error.message));
    child.on('close', (code, signal) => settle(code ?? signal ?? 'an unknown error'));
  }).finally(() => process.off('SIGINT', stay)) as Promise<number | string>;
}
