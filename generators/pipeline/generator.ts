import { fileURLToPath } from 'node:url';
import type { Tree } from '@nx/devkit';
import { type CommonOptions, defineGenerator } from '../engine/define-generator.ts';
import { inFolder } from '../engine/in-folder.ts';
import { renderFolder } from '../engine/render.ts';
import { sourceOf } from '../engine/source-of.ts';
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
  const form = { language: 'typescript', model: name } as const;
  const files = inFolder(
    folder,
    new Map([
      ...own,
      ['package.json', withDependencies(own.get('package.json') ?? '{}')],
      ...inFolder('src/steps', stepFiles({ ...form, name: 'ingest', kind: 'ingest' })),
      ...inFolder(
        'src/steps',
        stepFiles({ ...form, name: 'validate', kind: 'check' }, { name: 'rows', kind: 'parquet' }),
      ),
    ]),
  );
  return {
    files,
    installs: true,
    next: [
      `npx nx run ${name}:run`,
      `npx nx g step train --pipeline ${name} --kind train --after validate --target COLUMN`,
    ],
  };
});
