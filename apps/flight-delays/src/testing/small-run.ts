import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashArtifact } from '@ml-platform/pipeline';
import { execa } from 'execa';
import { copyOfWorkspace, type WorkspaceCopy } from './copy-of-workspace.ts';

export const STEPS = ['ingest', 'validate', 'features', 'train', 'evaluate', 'register'];

/** Values for a run of seconds. */
const SMALL = {
  'ingest: {}': 'ingest:\n  rows: 40000',
  'trials: 8': 'trials: 2',
  'sampleRows: 250000': 'sampleRows: 20000',
  'minFoldRows: 10000': 'minFoldRows: 1000',
  'searchTrees: 80': 'searchTrees: 10',
  'trees: 200': 'trees: 20',
};

/** A copy of the workspace whose pipeline runs in seconds. */
export async function smallCopy(): Promise<WorkspaceCopy> {
  const made = await copyOfWorkspace();
  for (const [from, to] of Object.entries(SMALL)) await edit(made, 'params.yaml', from, to);
  await execa('git', ['init', '--quiet'], { cwd: made.root });
  return made;
}

/** Changes a file of the project. */
export async function edit({ project }: WorkspaceCopy, path: string, from: string, to: string): Promise<void> {
  const file = join(project, path);
  const text = await readFile(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  await writeFile(file, text.replace(from, to));
}

export async function nx({ root }: WorkspaceCopy, ...args: string[]) {
  const env = { NX_DAEMON: 'false', NX_TUI: 'false', CI: 'true', NO_COLOR: '1', FORCE_COLOR: '0' };
  const program = join(root, 'node_modules/nx/dist/bin/nx.js');
  const { all: text, exitCode } = await execa(process.execPath, [program, ...args], {
    cwd: root,
    env,
    all: true,
    reject: false,
  });
  return { text, exitCode };
}

/** The hash of what each step left. */
export function artifacts({ project }: WorkspaceCopy): Promise<Record<string, string>> {
  return hashesIn(project);
}

/** By step, of those that left something in a folder laid out as a project's. */
export async function hashesIn(folder: string): Promise<Record<string, string>> {
  const left = STEPS.filter((step) => existsSync(join(folder, 'artifacts', step)));
  const hashes = left.map(async (step) => [step, await hashArtifact(join(folder, 'artifacts', step))] as const);
  return Object.fromEntries(await Promise.all(hashes));
}
