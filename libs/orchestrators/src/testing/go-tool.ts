import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { defaultCache } from '@ml-platform/pipeline';
import { execa } from 'execa';

/**
 * A command built from a Go module at an exact version, kept in the user's cache: minutes the first time. `undefined`
 * on a machine without Go, where a test says that it is skipped; in CI that is an error.
 */
export async function goTool(module: string, path: string, version: string): Promise<string | undefined> {
  const name = path.split('/').at(-1) ?? path;
  const cache = join(defaultCache(), 'tools');
  const tool = join(cache, `${name}-${version}`, name);
  if (existsSync(tool)) return tool;
  const { failed } = await execa('go', ['version'], { reject: false });
  if (failed && process.env.CI === undefined) return undefined;
  const staging = `${dirname(tool)}.tmp-${process.pid}`;
  try {
    await mkdir(staging, { recursive: true });
    // Not by `go install`, which first asks for the list of all versions: not every proxy has one.
    await writeFile(join(staging, 'go.mod'), `module tool\n\ngo 1.23\n\nrequire ${module} ${version}\n`);
    const build = ['build', '-mod=mod', '-o', name, `${module}/${path}`];
    await execa('go', build, { cwd: staging, env: { CGO_ENABLED: '0' } });
    await rename(staging, dirname(tool)).catch((error: unknown) => {
      if (!existsSync(tool)) throw error;
    });
    return tool;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** The folder of a Go module's sources at an exact version; `undefined` on a machine without Go, as in {@link goTool}. */
export async function goModule(module: string, version: string): Promise<string | undefined> {
  const download = ['mod', 'download', '-json', `${module}@${version}`];
  const { failed, stdout } = await execa('go', download, { cwd: tmpdir(), reject: false });
  if (!failed) return (JSON.parse(stdout) as { Dir: string }).Dir;
  if (process.env.CI === undefined) return undefined;
  throw new Error(`go ${download.join(' ')} failed: ${stdout}`);
}
