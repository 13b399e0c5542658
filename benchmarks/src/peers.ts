import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { messageOf } from '@ml-platform/errors';
import { pythonEnvironment } from '@ml-platform/pipeline';
import { runCommand } from './command.ts';

const PINS = join(import.meta.dirname, '..', 'peers');

/** What has to be there before a peer can run: found by the hash of its pins, made on first use. */
export interface Peers {
  /** The entry file of a npm peer's command. */
  readonly npm: (peer: string) => string;
  /** The folder with the commands of a Python peer. */
  readonly python: (peer: string) => Promise<string>;
}

export const peers: Peers = {
  npm: (peer) => {
    const folder = join(npmPeers(), 'node_modules', peer);
    const { bin }: { bin: string | Record<string, string> } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    return join(folder, typeof bin === 'string' ? bin : (bin[peer] ?? ''));
  },
  python: async (peer) => dirname(await pythonEnvironment(join(PINS, `${peer}.txt`), { log: tell })),
};

/** What `work` gives; where a peer can't be had, nothing, and why is added to `missing`. */
export async function unlessMissing<Result>(
  peer: string,
  missing: string[],
  work: () => Promise<Result> | Result,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (thrown) {
    missing.push(`${peer}: ${messageOf(thrown)}`);
    return undefined;
  }
}

/** Built beside and renamed, so that a kill leaves no half of it. */
function npmPeers(): string {
  const pins = join(PINS, 'npm');
  const lock = readFileSync(join(pins, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).update(process.version).digest('hex').slice(0, 16);
  const target = join(cacheFolder(), hash);
  if (existsSync(target)) return target;
  tell('installing the npm peers (once)');
  const staging = `${target}.tmp-${process.pid}`;
  try {
    mkdirSync(dirname(target), { recursive: true });
    cpSync(pins, staging, { recursive: true });
    runCommand('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: staging });
    renameSync(staging, target);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return target;
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ml-platform', 'benchmarks');
}

/** Progress goes to standard error: standard output is the result. */
export function tell(message: string): void {
  process.stderr.write(`${message}\n`);
}
