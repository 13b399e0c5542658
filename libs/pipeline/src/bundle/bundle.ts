import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { toPosix } from '../workspace/to-posix.ts';
import { appParts } from './app-parts.ts';
import { compile } from './compile.ts';
import { SOURCE_MODULE } from './keep-places.ts';
import { readLock } from './lock-graph.ts';
import { packageFiles } from './package-files.ts';
import { pipelineParts } from './pipeline-parts.ts';

export interface Bundle {
  /** Absolute path of what was written. */
  readonly folder: string;
  /** Names of the npm packages that `npm ci` has to put into it. */
  readonly packages: readonly string[];
}

/** What a kind of project gives to its bundle. */
export interface Parts {
  /** Absolute path of a module by the name of the file in `lib` that it becomes. */
  readonly entries: Readonly<Record<string, string>>;
  /** Other files, by path in the bundle. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
}

const CODE = 'lib';

/**
 * Writes a project as a folder that runs without the workspace, once `npm ci` filled its `node_modules`: a pipeline's steps
 * with `bin/run-step`, called as in the workspace, and `lib/lambda.js`; an application with `bin/NAME`.
 *
 * @throws PlatformError `notFound` for a project that is neither, `config` for packages that don't fit together.
 */
export async function bundle(project: string, workspace: string, folder: string): Promise<Bundle> {
  const parts = await partsOf(project, workspace);
  const lock = readLock(workspace);
  const { files, packages } = await compile({ ...parts, workspace, lock, outdir: join(workspace, CODE) });
  const name = toPosix(relative(workspace, project)).replaceAll('/', '-');
  await writeAll(folder, {
    ...packageFiles(name, packages, lock),
    ...Object.fromEntries(files.map(({ path, contents }) => [relative(workspace, path), contents])),
    [`${CODE}/${SOURCE_MODULE}`]: await readFile(new URL('./source-module.mjs', import.meta.url)),
    // What was tried in the bundle stays out of the image.
    '.dockerignore': 'node_modules\n',
    ...parts.files,
  });
  return { folder, packages: packages.map((key) => key.slice(key.lastIndexOf('node_modules/') + 13)) };
}

function partsOf(project: string, workspace: string): Promise<Parts> | Parts {
  if (existsSync(join(project, 'src/pipeline.ts'))) return pipelineParts(project, workspace);
  if (existsSync(join(project, 'src/main.ts'))) return appParts(project);
  throw new PlatformError(`${project} has neither a src/pipeline.ts nor a src/main.ts`, {
    code: 'notFound',
    hint: 'name the folder of a pipeline or of an application, such as apps/model-server',
  });
}

/** Written beside and renamed: an image is never built of half a bundle. */
async function writeAll(folder: string, files: Parts['files']): Promise<void> {
  const staging = `${folder}.tmp-${process.pid}`;
  try {
    for (const [path, contents] of Object.entries(files)) {
      const file = join(staging, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, contents);
      if (path.startsWith('bin/')) await chmod(file, 0o755);
    }
    await rm(folder, { recursive: true, force: true });
    await rename(staging, folder);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
