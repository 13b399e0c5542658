import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linkPackages } from '@ml-platform/pipeline/testing/link-packages';
import { execa } from 'execa';

const WORKSPACE = fileURLToPath(new URL('../../../../', import.meta.url));
const LIBRARIES = ['bigquery', 'dvc', 'errors', 'pipeline', 'spark', 'storage'].map((name) => `libs/${name}`);
const PROJECT = 'apps/counts';
export const PIPELINE = `${PROJECT}/src/pipeline.ts`;

export interface CommandResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

interface NodeOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface CountsWorkspace {
  readonly root: string;
  readonly project: string;
  /** Writes the project's query. */
  readonly writeQuery: (sql: string) => Promise<void>;
  /** Runs Node in the workspace, or in another folder. */
  readonly node: (args: readonly string[], options?: NodeOptions) => Promise<CommandResult>;
  readonly remove: () => Promise<void>;
}

const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "counts", "type": "module" }\n',
  'src/pipeline.ts': `import { definePipeline } from '@ml-platform/pipeline';
import { count } from './steps/count.ts';
export default definePipeline('counts', ({ add }) => void add(count));
`,
  'src/steps/count.ts': `import { defineStep, metrics } from '@ml-platform/pipeline';
export const count = defineStep({ name: 'count', outputs: { metrics: metrics('n') }, run: () => import('./count.run.ts') });
`,
  'src/steps/count.run.ts': `import { runBigQuery } from '@ml-platform/bigquery';
import type { StepContext } from '@ml-platform/pipeline';
import type { count } from './count.ts';
export async function run(context: StepContext<typeof count>): Promise<void> {
  await runBigQuery(context, new URL('./count.sql', import.meta.url));
}
`,
};

/** A workspace whose one project has a step in SQL; libraries are copies, packages the installed ones. */
export async function countsWorkspace(): Promise<CountsWorkspace> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'counts-workspace-')));
  const own = (path: string) => !path.includes('/node_modules');
  for (const path of [...LIBRARIES, 'package.json', 'package-lock.json'])
    await cp(join(WORKSPACE, path), join(root, path), { recursive: true, filter: own });
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, PROJECT, path)), { recursive: true });
    await writeFile(join(root, PROJECT, path), text);
  };
  for (const [path, text] of Object.entries(FILES)) await write(path, text);
  await linkPackages(root);
  return {
    root,
    project: join(root, PROJECT),
    writeQuery: (sql) => write('src/steps/count.sql', sql),
    node: async (args, options = {}) => {
      const all = { cwd: root, reject: false, ...options } as const;
      const { exitCode, stdout, stderr } = await execa(process.execPath, args, all);
      return { exitCode, stdout, stderr };
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
