import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { PlatformError } from '@ml-platform/errors';
import { WORKSPACE } from '../../workspace.ts';

/** A command line of Windows holds some 32,000 letters. */
const FILES_AT_ONCE = 200;
const FLAGS = [
  '--error-on-warnings',
  '--no-errors-on-unmatched',
  '--files-ignore-unknown=true',
  '--max-diagnostics=20',
];

/** What Biome says of files in a folder that holds its settings, too; empty where all is well. */
export async function biomeProblems(folder: string, paths: readonly string[]): Promise<string> {
  const said: string[] = [];
  for (let at = 0; at < paths.length; at += FILES_AT_ONCE) {
    said.push(await check(folder, paths.slice(at, at + FILES_AT_ONCE)));
  }
  return said.filter((text) => text !== '').join('\n');
}

async function check(cwd: string, paths: readonly string[]): Promise<string> {
  const color = process.stderr.isTTY ? 'force' : 'off';
  const args = [findBiome(), 'check', ...FLAGS, `--colors=${color}`, '--', ...paths];
  try {
    await promisify(execFile)(process.execPath, args, { cwd, maxBuffer: 1024 ** 3 });
    return '';
  } catch (thrown) {
    const { stdout, stderr, code } = thrown as { stdout?: string; stderr?: string; code?: unknown };
    if (typeof code === 'number') return `${stdout}${stderr}`.trim();
    throw thrown;
  }
}

function findBiome(): string {
  try {
    return createRequire(`${WORKSPACE}package.json`).resolve('@biomejs/biome/bin/biome');
  } catch (cause) {
    throw new PlatformError('Biome is not installed', { code: 'environment', hint: 'npm ci', cause });
  }
}
