import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { WORKSPACE } from '../../workspace.ts';

export interface Outcome {
  readonly exitCode: number | undefined;
  /** Standard output and error. */
  readonly text: string;
}

export interface ScratchProject {
  readonly folder: string;
  readonly path: (name: string) => string;
  readonly write: (files: Readonly<Record<string, string | Buffer>>) => Promise<void>;
  /** Runs Git, with this workspace's hooks at work. */
  readonly git: (...args: string[]) => Promise<Outcome>;
  /** As `git`, with other variables as well. */
  readonly gitWith: (env: Readonly<Record<string, string>>, ...args: string[]) => Promise<Outcome>;
  /** Writes files and commits all, past the hooks. */
  readonly commit: (files?: Readonly<Record<string, string>>) => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** Nobody's configuration; hooks run also where these tests run in CI. */
const ENV = {
  CI: '',
  HUSKY: '',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@b',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@b',
  NX_DAEMON: 'false',
  NX_ISOLATE_PLUGINS: 'false',
};

/** A project with the hooks of this workspace, set up by husky, and a bare remote named `origin` beside it. */
export async function scratchProject(files: Readonly<Record<string, string>> = {}): Promise<ScratchProject> {
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'hooks-')));
  const folder = join(parent, 'work');
  const path = (name: string) => join(folder, name);
  const env = { ...ENV, DVC_SITE_CACHE_DIR: join(parent, 'site'), XDG_CONFIG_HOME: parent };
  const gitWith: ScratchProject['gitWith'] = async (more, ...args) => {
    const options = { cwd: folder, env: { ...env, ...more }, all: true, reject: false } as const;
    const { exitCode, all } = await execa('git', args, options);
    return { exitCode, text: all };
  };
  const git: ScratchProject['git'] = (...args) => gitWith({}, ...args);
  const write: ScratchProject['write'] = async (all) => {
    for (const [name, content] of Object.entries(all)) {
      await mkdir(dirname(path(name)), { recursive: true });
      await writeFile(path(name), content);
    }
  };
  const commit: ScratchProject['commit'] = async (more = {}) => {
    await write(more);
    await git('add', '--all');
    await git('commit', '--quiet', '--no-verify', '--message', 'all');
  };

  await write({ '.gitignore': 'node_modules\n.nx\n/apps/platform\n', ...files });
  await mkdir(path('apps'), { recursive: true });
  await symlink(join(WORKSPACE, 'apps/platform'), path('apps/platform'));
  await symlink(join(WORKSPACE, 'node_modules'), path('node_modules'));
  const isHook = (source: string) => !/[/\\](_|settings\.json)$/.test(source);
  await cp(join(WORKSPACE, '.husky'), path('.husky'), { recursive: true, filter: isHook });
  await cp(join(WORKSPACE, 'biome.json'), path('biome.json'));
  await execa('git', ['init', '--quiet', '--bare', '-b', 'main', join(parent, 'origin')], { env });
  await git('init', '--quiet', '-b', 'main');
  await git('remote', 'add', 'origin', join(parent, 'origin'));
  await commit();
  await execa(process.execPath, [join(WORKSPACE, 'node_modules/husky/bin.js')], { cwd: folder, env });
  return { folder, path, write, git, gitWith, commit, remove: () => rm(parent, { recursive: true, force: true }) };
}
