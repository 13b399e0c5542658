import { existsSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PlatformError } from '@ml-platform/errors';
import type { Tree } from '@nx/devkit';
import { type CommonOptions, defineGenerator } from '../engine/define-generator.ts';
import { inFolder } from '../engine/in-folder.ts';
import { renderFolder } from '../engine/render.ts';
import { withDependencies } from '../engine/with-dependencies.ts';
import { stepFiles } from '../step/step-files.ts';

/** As in schema.json. */
export interface PipelineOptions extends CommonOptions {
  readonly name: string;
  readonly data: string;
  readonly description?: string;
}

const FILES = fileURLToPath(new URL('./files', import.meta.url));

/** `nx g pipeline NAME --data FILE`: a project whose pipeline reads a file and checks what is in it. */
export default defineGenerator((tree: Tree, { name, data, description = `Reads ${data}` }: PipelineOptions) => {
  const folder = `apps/${name}`;
  const source = sourceOf(tree.root, folder, data);
  const own = renderFolder(FILES, { name, source, description });
  const files = inFolder(
    folder,
    new Map([
      ...own,
      ['package.json', withDependencies(own.get('package.json') ?? '{}')],
      ...inFolder('src/steps', stepFiles({ name: 'ingest', kind: 'ingest' })),
      ...inFolder('src/steps', stepFiles({ name: 'validate', kind: 'check' }, { output: 'rows', kind: 'parquet' })),
    ]),
  );
  return {
    files,
    installs: true,
    next: [`npx nx run ${name}:run`, `npx nx g step NAME --pipeline ${name} --after validate`],
  };
});

/** As params.yaml names a file: from the project's folder, or absolute where it lies outside of the workspace. */
function sourceOf(root: string, folder: string, data: string): string {
  const path = resolve(root, data);
  if (!existsSync(path)) {
    throw new PlatformError(`there is no file ${path}`, {
      code: 'notFound',
      hint: "name a CSV, Parquet or JSON file: --data PATH, from the workspace's folder, or absolute",
    });
  }
  return isAbsolute(data) ? data : relative(join(root, folder), path).replaceAll('\\', '/');
}
