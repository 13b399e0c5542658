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

/** Runs `npm ci`; throws with what npm says when it fails: the project stays. */
export async function installDependencies([program, ...first]: Npm, folder: string): Promise<void> {
  // Without `silent` npm prints a failure with the stack of its own code.
  const flags = ['--no-audit', '--no-fund', '--json', '--loglevel=silent'];
  const { exit, printed } = await run(program, [...first, 'ci', ...flags], folder);
  if (exit === 0) return;
  const { code, summary } = errorIn(printed) ?? { code: '', summary: `it ended with ${exit}` };
  throw new PlatformError(`npm ci failed: ${summary}; the project in ${folder} is whole, only not installed`, {
    code: 'environment',
    hint: `${remedy(code)}: cd ${folder} && npm install`,
  });
}

const NETWORK =
  /^(?:ECONN|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET|FETCH_ERROR|SELF_SIGNED|UNABLE_)/;

export function isNetworkError(code: string): boolean {
  return NETWORK.test(code);
}

function remedy(code: string): string {
  if (isNetworkError(code)) return "check the network and npm's registry (npm config get registry), then";
  return code === 'ENOSPC' ? 'free some space, then' : 'to see all that npm says';
}

/** What `npm --json` prints of a failure: a code and, in the first of many lines, a summary. */
export function errorIn(printed: string): { code: string; summary: string } | undefined {
  try {
    const { error } = JSON.parse(printed) as { error: { code?: unknown; summary: string } };
    const [line = ''] = error.summary.split('\n');
    const summary = line
      .replace(/^\w*Error: /, '')
      .replace(/\/\/[^/@\s]*@/, '//')
      .replace(/\.$/, '');
    return { code: String(error.code), summary };
  } catch {
    return undefined;
  }
}

interface Ended {
  readonly exit: number | string;
  readonly printed: string;
}

function run(program: string, args: readonly string[], cwd: string): Promise<Ended> {
  // Ctrl-C reaches npm as well; we stay to say what state the project is in.
  const stay = (): void => undefined;
  process.on('SIGINT', stay);
  return new Promise<Ended>((settle) => {
    let printed = '';
    const child = spawn(program, args, { cwd, stdio: ['inherit', 'pipe', 2], shell: program.endsWith('.cmd') });
    child.stdout?.on('data', (chunk) => {
      printed += chunk;
    });
    child.on('error', (error) => settle({ exit: error.message, printed }));
    child.on('close', (code, signal) => settle({ exit: code ?? signal ?? 'an unknown error', printed }));
  }).finally(() => process.off('SIGINT', stay));
}
