import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const REQUIREMENTS = fileURLToPath(new URL('./requirements.txt', import.meta.url));
/** Installs in seconds what takes pip minutes. */
const UV = 'uv==0.13.9';
/** Python's own launchers name the folder that they were made in. */
const LAUNCHER = '#!/bin/sh\nexec "$(dirname "$0")/python" -m dvc "$@"\n';

/**
 * The folder of `dvc` and `python` with the packages that stand locked beside this file: made once (half a minute), outside of the
 * checkout, and found by their hash afterwards. This library is below the one that makes environments for steps.
 */
export async function dvcEnvironment(): Promise<string> {
  const text = await readFile(REQUIREMENTS, 'utf8');
  const { stdout: version } = await execa('python3', ['--version']);
  const key = createHash('sha256').update(`${version}\n${LAUNCHER}\n${text}`).digest('hex').slice(0, 16);
  const caches = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const target = join(caches, 'ml-platform', 'dvc', key);
  if (!existsSync(target)) await make(target);
  return join(target, 'bin');
}

/** Made beside and renamed: of two that make it at once, one is kept. */
async function make(target: string): Promise<void> {
  const staging = `${target}.tmp-${process.pid}`;
  try {
    await mkdir(staging, { recursive: true });
    await execa('python3', ['-m', 'venv', staging]);
    const python = join(staging, 'bin', 'python');
    await execa(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', UV]);
    const install = ['pip', 'install', '--quiet', '--python', python, '--require-hashes'];
    await execa(join(staging, 'bin', 'uv'), [...install, '-r', REQUIREMENTS]);
    await writeFile(join(staging, 'bin', 'dvc'), LAUNCHER, { mode: 0o755 });
    await rename(staging, target).catch((error: unknown) => {
      if (!existsSync(target)) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
