import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultCache, pythonEnvironment } from '@ml-platform/pipeline';
import { execa } from 'execa';

const SOURCES = fileURLToPath(new URL('lint', import.meta.url));
const COMMAND = 'github.com/rhysd/actionlint/cmd/actionlint';

/**
 * The path of actionlint, built from its Go module and kept in the user's cache. `undefined` on a machine without Go, where
 * a test says that it is skipped; in CI that is an error.
 */
export async function actionlint(): Promise<string | undefined> {
  const lock = await readFile(join(SOURCES, 'go.sum'));
  const key = createHash('sha256').update(lock).digest('hex').slice(0, 16);
  const program = join(defaultCache(), 'tools', `actionlint-${key}`, 'actionlint');
  if (existsSync(program)) return program;
  const { failed } = await execa('go', ['version'], { reject: false });
  if (failed && process.env.CI === undefined) return undefined;
  const staging = `${dirname(program)}.tmp-${process.pid}`;
  try {
    await cp(SOURCES, staging, { recursive: true });
    const build = ['build', '-mod=readonly', '-trimpath', '-o', 'actionlint', COMMAND];
    await execa('go', build, { cwd: staging, env: { CGO_ENABLED: '0' } });
    await rename(staging, dirname(program)).catch((error: unknown) => {
      if (!existsSync(program)) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return program;
}

/** The folder of `zizmor`, `shellcheck` and `check-jsonschema`, as they stand locked. */
export async function lintCommands(): Promise<string> {
  return dirname(await pythonEnvironment(join(SOURCES, 'requirements.txt')));
}
