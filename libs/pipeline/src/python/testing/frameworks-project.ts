import { cp, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const SOURCE = fileURLToPath(new URL('./frameworks', import.meta.url));
const WORKSPACE = fileURLToPath(new URL('../../../../../', import.meta.url));
const RUN_STEP = join(WORKSPACE, 'libs/pipeline/bin/run-step.mjs');

export interface FrameworksProject {
  readonly folder: string;
  /** The command line of `run-step` up to the pipeline. */
  readonly words: readonly string[];
  /** Runs `run-step`; returns all that it printed, and throws where it fails. */
  readonly command: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<string>;
  readonly remove: () => Promise<void>;
}

/** The pipeline with steps on Spark and Ray, in a project of its own. */
export async function frameworksProject(): Promise<FrameworksProject> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'frameworks-')));
  await cp(SOURCE, join(folder, 'src'), { recursive: true });
  await cp(join(SOURCE, 'requirements.txt'), join(folder, 'requirements.txt'));
  await writeFile(join(folder, 'package.json'), '{ "name": "frameworks", "type": "module" }');
  await symlink(join(WORKSPACE, 'node_modules'), join(folder, 'node_modules'));
  const words = [RUN_STEP, '--pipeline', join(folder, 'src/pipeline.ts')];
  return {
    folder,
    words,
    command: async (args, env = {}) => {
      const { all } = await execa(process.execPath, [...words, ...args], { env, all: true });
      return all;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
