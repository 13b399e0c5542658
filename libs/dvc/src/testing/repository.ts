import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { DvcOptions } from '../calls/call.ts';
import { type Dvc, openDvc } from '../open-dvc.ts';
import { dvcEnvironment } from './dvc-environment.ts';

/** Nobody's configuration, and no look for a newer version. */
const ENV = {
  CI: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@b',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@b',
};

export interface Repository {
  readonly folder: string;
  readonly dvc: Dvc;
  readonly open: (options?: DvcOptions) => Dvc;
  readonly path: (name: string) => string;
  readonly write: (files: Readonly<Record<string, string>>) => Promise<void>;
  readonly commit: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** A repository of Git and DVC in a temporary folder, with `remote/` beside `work/`. */
export async function repository(files: Readonly<Record<string, string>> = {}): Promise<Repository> {
  const command = join(await dvcEnvironment(), 'dvc');
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'dvc-')));
  const folder = join(parent, 'work');
  const git = (...args: string[]) => execa('git', args, { cwd: folder, env: ENV });
  const env = { ...ENV, DVC_SITE_CACHE_DIR: join(parent, 'site') };
  const open = (options: DvcOptions = {}) => openDvc(folder, { command, ...options, env: { ...env, ...options.env } });
  const path = (name: string) => join(folder, name);
  const write = async (all: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(all)) {
      await mkdir(dirname(path(name)), { recursive: true });
      await writeFile(path(name), text);
    }
  };
  const dvc = open();
  await write(files);
  await mkdir(folder, { recursive: true });
  await git('init', '--quiet');
  await dvc.init();
  return {
    folder,
    dvc,
    open,
    path,
    write,
    commit: async () => {
      await git('add', '--all');
      await git('commit', '--quiet', '--message', 'all');
    },
    remove: () => rm(parent, { recursive: true, force: true }),
  };
}
