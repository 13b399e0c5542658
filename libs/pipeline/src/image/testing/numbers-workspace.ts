import { cp, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { linkPackages } from '../../testing/link-packages.ts';

const WORKSPACE = fileURLToPath(new URL('../../../../../', import.meta.url));
const LIBRARIES = ['dvc', 'errors', 'pipeline', 'spark', 'storage'].map((name) => `libs/${name}`);
const PROJECT = 'apps/numbers';
/** As every engine names it, in an image as in a workspace. */
export const PIPELINE = `${PROJECT}/src/pipeline.ts`;

interface CommandResult {
  readonly exitCode?: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface NumbersWorkspace {
  readonly root: string;
  readonly project: string;
  /** Runs the command that writes a bundle of a project. */
  readonly bundle: (project: string, folder: string) => Promise<CommandResult>;
  readonly remove: () => Promise<void>;
}

/** A workspace whose one project is the pipeline of the fixtures; libraries are copies, packages the installed ones. */
export async function numbersWorkspace(requirements = ''): Promise<NumbersWorkspace> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'numbers-workspace-')));
  const project = join(root, PROJECT);
  const own = (path: string) => !path.includes('/node_modules');
  for (const path of [...LIBRARIES, 'package.json', 'package-lock.json'])
    await cp(join(WORKSPACE, path), join(root, path), { recursive: true, filter: own });
  await cp(join(WORKSPACE, 'libs/pipeline/src/runner/fixtures'), join(project, 'src'), { recursive: true });
  await writeFile(join(project, 'package.json'), '{ "name": "numbers", "type": "module" }\n');
  await writeFile(join(project, 'params.yaml'), 'count:\n  upTo: 3\n');
  await writeFile(join(project, 'requirements.txt'), requirements);
  await linkPackages(root);
  const command = join(root, 'libs/pipeline/bin/bundle.mjs');
  return {
    root,
    project,
    bundle: async (folder, out) => execa(process.execPath, [command, folder, '--out', out], { reject: false }),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
