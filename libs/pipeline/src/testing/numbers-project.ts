import { cp, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const FIXTURES = fileURLToPath(new URL('../runner/fixtures', import.meta.url));
const WORKSPACE = fileURLToPath(new URL('../../../../', import.meta.url));
export const RUN_STEP = fileURLToPath(new URL('../../bin/run-step.mjs', import.meta.url));

export interface CommandResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface NumbersProject {
  readonly folder: string;
  /** The file of the pipeline. */
  readonly file: string;
  /** Runs `run-step` on a step of it. */
  readonly command: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<CommandResult>;
  /** What stands in the artifacts folder, but for the locks. */
  readonly artifacts: () => Promise<string[]>;
  readonly remove: () => Promise<void>;
}

/** The pipeline of the fixtures, in a project of its own. */
export async function numbersProject(): Promise<NumbersProject> {
  const folder = await mkdtemp(join(tmpdir(), 'numbers-'));
  await cp(FIXTURES, join(folder, 'src'), { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "name": "numbers", "type": "module" }');
  await writeFile(join(folder, 'requirements.txt'), '');
  await symlink(join(WORKSPACE, 'node_modules'), join(folder, 'node_modules'));
  const file = join(folder, 'src/pipeline.ts');
  return {
    folder,
    file,
    command: async (args, env = {}) => {
      const all = [RUN_STEP, '--pipeline', file, ...args];
      const { exitCode, stdout, stderr } = await execa(process.execPath, all, { env, reject: false });
      return { exitCode, stdout, stderr };
    },
    artifacts: async () => {
      const names = await readdir(join(folder, 'artifacts')).catch(() => []);
      return names.filter((name) => name !== '.locks').sort();
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
