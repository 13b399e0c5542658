import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linkPackages } from '@ml-platform/pipeline/testing/link-packages';

const WORKSPACE = fileURLToPath(new URL('../../../../', import.meta.url));
const PROJECT = 'apps/flight-delays';
const SOURCES = ['package.json', 'package-lock.json', 'nx.json', 'libs'];
const PROJECT_SOURCES = ['src', 'package.json', 'params.yaml', 'requirements.txt'];

export interface WorkspaceCopy {
  readonly root: string;
  /** Absolute path of this project in it. */
  readonly project: string;
  readonly remove: () => Promise<void>;
}

/** This project and the libraries in a workspace of their own, to be changed at will; packages are the installed ones. */
export async function copyOfWorkspace(): Promise<WorkspaceCopy> {
  const root = await mkdtemp(join(tmpdir(), 'flight-delays-'));
  const project = join(root, PROJECT);
  await mkdir(project, { recursive: true });
  const sources = [...SOURCES, ...PROJECT_SOURCES.map((name) => join(PROJECT, name))];
  await Promise.all(sources.map((path) => cp(join(WORKSPACE, path), join(root, path), { recursive: true })));
  await writeFile(join(root, '.gitignore'), 'node_modules\n.nx\n/*/*/artifacts\n/*/*/runs\n/models\n');
  await linkPackages(root);
  return { root, project, remove: () => rm(root, { recursive: true, force: true }) };
}
