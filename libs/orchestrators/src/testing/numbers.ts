import { cp, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  artifactsFolder,
  hashArtifact,
  loadPipeline,
  type PipelineDocument,
  runStep,
  stepOrder,
  toDocument,
} from '@ml-platform/pipeline';

const WORKSPACE = fileURLToPath(new URL('../../../../', import.meta.url));
const FIXTURES = join(WORKSPACE, 'libs/pipeline/src/runner/fixtures');
export const RUN_STEP = join(WORKSPACE, 'libs/pipeline/bin/run-step.mjs');
/** Where a shell finds the workspace's own node. */
export const NODE_FOLDER = join(WORKSPACE, 'node_modules/.bin');

export interface NumbersProject {
  readonly folder: string;
  readonly document: PipelineDocument;
  /** Runs every step by the step runner, in order. */
  readonly runAll: (params?: readonly string[]) => Promise<void>;
  /** Hash per step of all that it left. */
  readonly hashes: () => Promise<Record<string, string>>;
  readonly remove: () => Promise<void>;
}

/**
 * The fixtures' pipeline in a project of its own, less its failing steps: `celebrate` runs where 1 + … + `count.upTo` is
 * at least 5, `after-party` follows it.
 */
export async function numbersProject(): Promise<NumbersProject> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'numbers-')));
  await cp(FIXTURES, join(folder, 'src'), { recursive: true });
  const file = join(folder, 'src/pipeline.ts');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/ {2}for \(const step[\s\S]*$/, '});\n'));
  await writeFile(join(folder, 'package.json'), '{ "name": "numbers", "type": "module" }');
  await writeFile(join(folder, 'requirements.txt'), '');
  await symlink(join(WORKSPACE, 'node_modules'), join(folder, 'node_modules'));
  const pipeline = await loadPipeline(file);
  const document = toDocument(pipeline);
  return {
    folder,
    document,
    runAll: async (params = []) => {
      for (const { name } of stepOrder(document)) await runStep(pipeline, { step: name, params });
    },
    hashes: () => hashesOf(folder),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function hashesOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(join(folder, 'artifacts'))).filter((name) => name !== '.locks').sort();
  const hashes = names.map(async (name) => [name, await hashArtifact(artifactsFolder(folder, name))] as const);
  return Object.fromEntries(await Promise.all(hashes));
}
