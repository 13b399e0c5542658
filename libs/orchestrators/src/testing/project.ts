import { cp, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  artifactsFolder,
  hashArtifact,
  loadPipeline,
  type PipelineDocument,
  type RunOptions,
  runStep,
  stepOrder,
  toDocument,
} from '@ml-platform/pipeline';

const WORKSPACE = fileURLToPath(new URL('../../../../', import.meta.url));
export const RUN_STEP = join(WORKSPACE, 'libs/pipeline/bin/run-step.mjs');
/** Where a shell finds the workspace's own node. */
export const NODE_FOLDER = join(WORKSPACE, 'node_modules/.bin');

export type LoopOptions = Pick<RunOptions, 'item' | 'collect'>;

/** A pipeline in a project of its own, in a temporary folder. */
export interface Project {
  readonly folder: string;
  readonly document: PipelineDocument;
  /** Runs one step by the step runner, in this process; of a loop, one item alone, or what follows the items. */
  readonly run: (step: string, params?: readonly string[], loop?: LoopOptions) => Promise<void>;
  /** Runs every step by the step runner, in order: what any engine's artifacts are to equal. */
  readonly runAll: (params?: readonly string[]) => Promise<void>;
  /** Hash per step of all that it left. */
  readonly hashes: () => Promise<Record<string, string>>;
  readonly remove: () => Promise<void>;
}

/**
 * The fixtures' pipeline of libs/pipeline, less its failing steps: `celebrate` runs where 1 + … + `count.upTo` is at least
 * 5, `after-party` follows it.
 */
export function numbersProject(): Promise<Project> {
  return projectWith(join(WORKSPACE, 'libs/pipeline/src/runner/fixtures'), (text) =>
    text.replace(/ {2}for \(const step[\s\S]*$/, '});\n'),
  );
}

/** 40 steps that ask for every feature: `list.level` and `judge.strict` say which gates open. */
export function stressProject(): Promise<Project> {
  return projectWith(fileURLToPath(new URL('./stress', import.meta.url)));
}

/** Parameters that open and close each gate of the stress pipeline at least once. */
export const STRESS_RUNS: readonly (readonly string[])[] = [[], ['list.level=1'], ['list.level=0']];

async function projectWith(source: string, edit = (text: string) => text): Promise<Project> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'project-')));
  await cp(source, join(folder, 'src'), { recursive: true });
  const file = join(folder, 'src/pipeline.ts');
  await writeFile(file, edit(await readFile(file, 'utf8')));
  await writeFile(join(folder, 'package.json'), '{ "name": "project", "type": "module" }');
  await writeFile(join(folder, 'requirements.txt'), '');
  await symlink(join(WORKSPACE, 'node_modules'), join(folder, 'node_modules'));
  const pipeline = await loadPipeline(file);
  const document = toDocument(pipeline);
  const run: Project['run'] = async (step, params = [], loop = {}) =>
    void (await runStep(pipeline, { step, params, ...loop }));
  return {
    folder,
    document,
    run,
    runAll: async (params) => {
      for (const { name } of stepOrder(document)) await run(name, params);
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
