import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { gitFolderOf } from '../apply/git-folder.ts';
import { askGit, type Repository, runGit } from '../apply/git-process.ts';
import { type Recorded, readRecord } from './record.ts';

export interface WorkTree {
  readonly repository: Repository;
  readonly gitFolder: string;
}

export interface Project extends WorkTree, Recorded {
  /** The folder with platform.json. */
  readonly folder: string;
  /** Of the project in its repository: `` or for example `platform/`. */
  readonly prefix: string;
}

/** The work tree that `cwd` lies in. */
export function openWorkTree(cwd: string): WorkTree {
  const repository = { folder: topOf(cwd) };
  return { repository, gitFolder: gitFolderOf(repository) };
}

/** The project that `cwd` lies in, as it is committed. */
export function openProject(cwd: string, workTree: WorkTree = openWorkTree(cwd)): Project {
  const { repository } = workTree;
  const folder = findProject(realpathSync(cwd), realpathSync(repository.folder));
  const prefix = askGit({ folder }, ['rev-parse', '--show-prefix']);
  return { ...workTree, folder, prefix, ...recordIn(repository, prefix) };
}

function topOf(cwd: string): string {
  const folder = { folder: cwd };
  const { status, stdout } = runGit({ repository: folder, args: ['rev-parse', '--show-toplevel'], answers: [0, 128] });
  if (status === 0) return stdout.replace(/\r?\n$/, '');
  if (isOfSomeoneElse(folder))
    throw new PlatformError(`Git doesn't trust the repository in ${cwd}: it belongs to another user`, {
      code: 'environment',
      hint: `git config --global --add safe.directory ${cwd}`,
    });
  throw new PlatformError(`no Git work tree in ${cwd}: expected the repository that the project is committed in`, {
    code: 'usage',
    hint: "cd into the project; without a repository: git init && git add --all && git commit -m 'Before the update'",
  });
}

function isOfSomeoneElse(repository: Repository): boolean {
  const { status } = runGit({
    repository,
    args: ['-c', 'safe.directory=*', 'rev-parse', '--show-toplevel'],
    env: { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' },
    answers: [0, 128],
  });
  return status === 0;
}

function findProject(start: string, top: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'platform.json'))) return folder;
    if (folder === top || folder === dirname(folder)) break;
  }
  throw new PlatformError(`no platform.json in ${start} or above it: expected a project of create-ml-platform`, {
    code: 'usage',
    hint: 'cd into the project, or make one: npx create-ml-platform acme',
  });
}

function recordIn(repository: Repository, prefix: string): Recorded {
  const answers = [0, 1, 128];
  const commit = runGit({ repository, args: ['rev-parse', '--quiet', '--verify', 'HEAD'], answers });
  if (commit.status !== 0) throw uncommitted('the repository has no commit yet');
  const { status, stdout } = runGit({ repository, args: ['cat-file', 'blob', `HEAD:${prefix}platform.json`], answers });
  if (status !== 0) throw uncommitted('platform.json is not committed');
  return readRecord(stdout);
}

function uncommitted(message: string): PlatformError {
  return new PlatformError(`${message}: expected the project in HEAD`, {
    code: 'usage',
    hint: "git add --all && git commit -m 'Before the update'",
  });
}
