import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { testCache } from './caches.ts';

/**
 * The path of a Go program built from the sources in `folder`, found by their hash afterwards: a minute the first time.
 * `undefined` on a machine without Go, where a test says that it is skipped; in CI that is an error.
 */
export async function goProgram(folder: string): Promise<string | undefined> {
  const name = basename(folder);
  const program = join(testCache('tools'), `${name}-${await hashOf(folder)}`, name);
  if (existsSync(program)) return program;
  const { failed } = await execa('go', ['version'], { reject: false });
  if (failed && process.env.CI === undefined) return undefined;
  const staging = `${dirname(program)}.tmp-${process.pid}`;
  try {
    await cp(folder, staging, { recursive: true });
    const env = { CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' };
    await execa('go', ['build', '-o', name, '.'], { cwd: staging, env });
    await rename(staging, dirname(program)).catch((error: unknown) => {
      if (!existsSync(program)) throw error;
    });
    return program;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function hashOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(folder)).sort()) hash.update(name).update(await readFile(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}
