import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { execa } from 'execa';
import { pack } from '../pack/pack.ts';

const NAME = 'flights';

/**
 * Packs the command, makes a platform with it as a user would, and takes its example to a served model. The folder is
 * named by the packed command's hash: the same command again finds what it made, and reruns nothing. `args` go to
 * `npm start`.
 */
export async function demo(repository: string, args: readonly string[]): Promise<void> {
  const startedAt = Date.now();
  const packed = await mkdtemp(join(tmpdir(), 'create-ml-platform-'));
  try {
    say('packing the command');
    const tarball = await pack(repository, packed);
    const folder = join(tmpdir(), `ml-platform-demo-${await hashOf(tarball)}`);
    const project = join(folder, NAME);
    const env = userEnvironment(repository);
    if (existsSync(project)) say(`${project} is there, made by the same command`);
    else await scaffold(tarball, folder, packed, env);
    say(`npm start, in ${project}`);
    await run('npm', ['start', '--silent', '--', '--once', '--port', '0', ...args], project, env);
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    process.stdout.write(`\nAll of it took ${seconds} s. The platform is yours: cd ${project} && npm start\n`);
  } finally {
    await rm(packed, { recursive: true });
  }
}

async function scaffold(tarball: string, folder: string, packed: string, env: NodeJS.ProcessEnv): Promise<void> {
  say(`create-ml-platform ${NAME}, in ${folder}`);
  await run('npm', ['install', '--prefix', packed, '--silent', '--no-audit', '--no-fund', tarball], packed, env);
  await mkdir(folder, { recursive: true });
  const command = join(packed, 'node_modules/create-ml-platform/bin/create-ml-platform.cjs');
  await run('node', [command, NAME, '--yes'], folder, env);
}

/** The environment from before npm put this repository's commands, and its Node, first. */
function userEnvironment(repository: string): NodeJS.ProcessEnv {
  const path = (process.env.PATH ?? '').split(delimiter).filter((entry) => !entry.startsWith(repository));
  // A background process of Nx would stay behind.
  return { ...process.env, PATH: path.join(delimiter), NX_DAEMON: 'false' };
}

async function run(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  try {
    await execa(program, args, { cwd, env, extendEnv: false, stdin: 'ignore', stdout: 'inherit', stderr: 'inherit' });
  } catch (cause) {
    throw new PlatformError(`${[program, ...args].join(' ')} failed in ${cwd}`, {
      code: 'environment',
      hint: 'mend what is said above, then: npm run demo',
      cause,
    });
  }
}

async function hashOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
    .slice(0, 12);
}

function say(text: string): void {
  process.stdout.write(`demo: ${text}\n`);
}
