import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Tree } from '../template/template.ts';
import { askGit, type Repository, runGit } from './git-process.ts';

/** Stores a rendered tree in a repository's object database, byte for byte; returns the tree's id. */
export function storeTree(repository: Repository, tree: Tree): string {
  return withIndex((env, folder) => {
    const ids = storeBlobs(repository, tree, join(folder, 'marks'));
    const lines = [...tree].map(([path, { executable }], index) => {
      return `${executable ? '100755' : '100644'} ${ids[index]}\t${path}\0`;
    });
    runGit({ repository, args: ['update-index', '-z', '--index-info'], input: lines.join(''), env });
    return askGit(repository, ['write-tree'], env);
  });
}

/** A file's new state in a tree; undefined takes it out. */
export type Change = { readonly mode: string; readonly id: string } | undefined;

/** The tree with other files at some of its paths. */
export function changeTree(repository: Repository, tree: string, changes: ReadonlyMap<string, Change>): string {
  if (changes.size === 0) return tree;
  return withIndex((env) => {
    runGit({ repository, args: ['read-tree', tree], env });
    const nothing = { mode: '0', id: '0'.repeat(tree.length) };
    const lines = [...changes].map(([path, change]) => {
      const { mode, id } = change ?? nothing;
      return `${mode} ${id}\t${path}\0`;
    });
    runGit({ repository, args: ['update-index', '-z', '--index-info'], input: lines.join(''), env });
    return askGit(repository, ['write-tree'], env);
  });
}

/** Stores one file's content; returns its id. */
export function storeBlob(repository: Repository, input: string | Uint8Array): string {
  return runGit({ repository, args: ['hash-object', '-w', '--stdin'], input }).stdout.trim();
}

// Whose name stands on the synthetic commits matters to nobody: they are never part of a branch.
const AUTHOR = {
  GIT_AUTHOR_NAME: 'template',
  GIT_AUTHOR_EMAIL: 'template@localhost',
  GIT_AUTHOR_DATE: '@0 +0000',
  GIT_COMMITTER_NAME: 'template',
  GIT_COMMITTER_EMAIL: 'template@localhost',
  GIT_COMMITTER_DATE: '@0 +0000',
} as const;

/** A commit that no branch names: Git's clean-up removes it some day. */
export function storeCommit(repository: Repository, tree: string, parents: readonly string[]): string {
  const args = ['-c', 'commit.gpgSign=false', 'commit-tree', tree, '-m', 'template'];
  return askGit(repository, [...args, ...parents.flatMap((parent) => ['-p', parent])], AUTHOR);
}

/** All blobs by one process; ids in the tree's order. */
function storeBlobs(repository: Repository, tree: Tree, marks: string): string[] {
  const parts = [...tree.values()].flatMap(({ content }, index) => {
    return [Buffer.from(`blob\nmark :${index + 1}\ndata ${content.byteLength}\n`), content, Buffer.from('\n')];
  });
  const args = ['fast-import', '--quiet', `--export-marks=${marks}`];
  runGit({ repository, args, input: Buffer.concat(parts) });
  const ids: string[] = [];
  for (const line of readFileSync(marks, 'utf8').trimEnd().split('\n')) {
    const [mark = '', id = ''] = line.split(' ');
    if (id) ids[Number(mark.slice(1)) - 1] = id;
  }
  return ids;
}

/** Runs with an index of its own, so that the repository's stays as it is. */
function withIndex<T>(work: (env: Record<string, string>, folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'template-index-'));
  try {
    return work({ GIT_INDEX_FILE: join(folder, 'index') }, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Works on a repository whose object database takes nothing: what is stored lies elsewhere and goes when the work is
 * done.
 */
export function withScratchObjects<T>(folder: string, work: (repository: Repository) => T): T {
  const objects = askGit({ folder }, ['rev-parse', '--path-format=absolute', '--git-path', 'objects']);
  const scratch = mkdtempSync(join(tmpdir(), 'template-objects-'));
  const alternates = [objects, process.env.GIT_ALTERNATE_OBJECT_DIRECTORIES].filter((path) => path).join(delimiter);
  try {
    const env = { GIT_OBJECT_DIRECTORY: scratch, GIT_ALTERNATE_OBJECT_DIRECTORIES: alternates };
    return work({ folder, env });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
