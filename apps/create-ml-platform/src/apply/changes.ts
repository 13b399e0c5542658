import { listGit, type Repository } from './git-process.ts';

/** Paths by what happened to them from one tree to the other. */
export interface Changes {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly deleted: readonly string[];
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
}

/** How two trees differ; a file that moved counts as renamed when half of it is the same, as in `git diff`. */
export function changesBetween(repository: Repository, from: string, to: string, renames = true): Changes {
  const follow = renames ? ['-M', '-l0'] : ['--no-renames'];
  const parts = listGit(repository, ['diff-tree', '-r', '-z', ...follow, '--name-status', from, to]);
  const changes = { added: [] as string[], changed: [] as string[], deleted: [] as string[] };
  const renamed: { from: string; to: string }[] = [];
  for (let at = 0; at < parts.length; at += 2) {
    const [status = '', path = ''] = parts.slice(at, at + 2);
    if (status.startsWith('R')) renamed.push({ from: path, to: parts[++at + 1] ?? '' });
    else if (status === 'A') changes.added.push(path);
    else if (status === 'D') changes.deleted.push(path);
    else changes.changed.push(path);
  }
  return { ...changes, renamed };
}
