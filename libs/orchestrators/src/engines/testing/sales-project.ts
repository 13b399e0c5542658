import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadPipeline, type PipelineDocument, toDocument } from '@ml-platform/pipeline';

const WORKSPACE = fileURLToPath(new URL('../../../../../', import.meta.url));

const PIPELINE = `import { definePipeline, defineStep, file, json, metrics } from '@ml-platform/pipeline';
import { z } from 'zod';

const run = () => import('./nothing.run.ts');
const ingest = defineStep({
  name: 'ingest', run, outputs: { rows: json(), sizes: metrics('rows') },
  params: z.strictObject({ customers: file(), limit: z.int().default(10) }),
});
const train = defineStep({
  name: 'train', run, spot: true, inputs: { rows: json() }, outputs: { model: json() },
  params: z.strictObject({ trials: z.int().default(20) }),
});
const publish = defineStep({ name: 'publish', run, inputs: { model: json() }, outputs: { page: json() } });

export default definePipeline('sales', ({ add }) => {
  const { rows } = add(ingest);
  const { model } = add(train, { rows });
  add(publish, { model });
});
`;

/** A project with a pipeline of three steps, one after the other: what is submitted to engines that don't run it. */
export interface SalesProject {
  readonly folder: string;
  readonly document: PipelineDocument;
  /** Writes files below the project's folder. */
  readonly write: (files: Readonly<Record<string, string>>) => Promise<void>;
  readonly read: (path: string) => Promise<string>;
  readonly remove: () => Promise<void>;
}

export async function salesProject(targets: string): Promise<SalesProject> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'sales-')));
  const write = async (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
  };
  await mkdir(join(folder, 'src'));
  await symlink(join(WORKSPACE, 'node_modules'), join(folder, 'node_modules'));
  await write({
    'package.json': '{ "type": "module", "workspaces": [] }',
    'src/pipeline.ts': PIPELINE,
    'src/nothing.run.ts': 'export const run = () => undefined;\n',
    'customers.csv': 'name\nAda\n',
    'params.yaml': 'ingest: { customers: customers.csv }\n',
    'targets.yaml': targets,
  });
  const document = toDocument(await loadPipeline(join(folder, 'src/pipeline.ts')));
  const read = (path: string) => readFile(join(folder, path), 'utf8');
  return { folder, document, write, read, remove: () => rm(folder, { recursive: true, force: true }) };
}
