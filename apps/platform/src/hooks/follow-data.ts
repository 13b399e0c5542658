import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describeError } from '@ml-platform/errors';
import { DATA_FILES } from './data-files.ts';
import type { Git } from './git.ts';
import { isDvcInstalled } from './own-hook.ts';

const NOTHING = /^0+$/;

/** `post-checkout BEFORE AFTER IS-BRANCH`: not for single files, and not for what a clone begins with. */
export async function afterCheckout(git: Git, [before = '', after = '', branch]: readonly string[]): Promise<void> {
  if (branch !== '1' || NOTHING.test(before) || (await isRebasing(git))) return;
  await followData(git, 'post-checkout', ['diff', before, after]);
}

/** `post-merge`: also of one that is only staged (`--squash`). */
export async function afterMerge(git: Git): Promise<void> {
  await followData(git, 'post-merge', ['diff', '--cached', 'ORIG_HEAD']);
}

/** `post-rewrite rebase|amend`: an amended commit changes no data by itself. */
export async function afterRewrite(git: Git, by: string | undefined): Promise<void> {
  if (by === 'rebase') await followData(git, 'post-rewrite', ['diff', 'ORIG_HEAD', 'HEAD']);
}

/** Git calls it once more when the rebase is over. */
async function isRebasing(git: Git): Promise<boolean> {
  const paths = await git.read(['rev-parse', '--git-path', 'rebase-merge', '--git-path', 'rebase-apply']);
  return paths
    .trim()
    .split('\n')
    .some((path) => existsSync(resolve(git.root, path)));
}

/** Brings data to where Git is, if any differ; Git's work is done, so what fails is only said. */
async function followData(git: Git, name: string, diff: readonly string[]): Promise<void> {
  const changed = await git.tryRead([...diff, '--name-only', '-z', '--', ...DATA_FILES]);
  if (changed === undefined || changed === '' || (await isDvcInstalled(git, name))) return;
  if (!existsSync(resolve(git.root, '.dvc'))) return;
  try {
    const { checkOutData } = await import('./work-tree-dvc.ts');
    const count = await checkOutData(git);
    if (count > 0) process.stderr.write(`data of this commit: ${count} path${count === 1 ? '' : 's'} brought along\n`);
  } catch (thrown) {
    process.stderr.write(`${name}: the data are not those of this commit\n${describeError(thrown)}\n`);
  }
}
