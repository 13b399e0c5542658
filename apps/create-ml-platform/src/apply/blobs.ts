import { listGit, type Repository, runGitForBytes } from './git-process.ts';

export interface Blob {
  readonly path: string;
  readonly mode: string;
  readonly content: Buffer;
}

/** The files of a tree below `prefix` whose paths pass, with what is in them; one process reads them all. */
export function readBlobs(
  repository: Repository,
  tree: string,
  prefix: string,
  passes: (path: string) => boolean,
): Blob[] {
  const within = prefix === '' ? [] : ['--', prefix];
  const files = listGit(repository, ['ls-tree', '-r', '-z', tree, ...within]).flatMap((line) => {
    const [, mode, id, path] = /^(100\d+) blob (\w+)\t(.*)$/s.exec(line) ?? [];
    return mode && id && path && passes(path) ? [{ mode, id, path }] : [];
  });
  if (files.length === 0) return [];
  const input = files.map(({ id }) => `${id}\n`).join('');
  const { printed } = runGitForBytes({ repository, args: ['cat-file', '--batch'], input });
  let at = 0;
  return files.map(({ mode, path }) => {
    const from = printed.indexOf('\n', at) + 1;
    const size = Number(printed.toString('latin1', at, from).trim().split(' ').at(-1));
    at = from + size + 1;
    return { path, mode, content: printed.subarray(from, from + size) };
  });
}
