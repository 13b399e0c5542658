import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_FILES } from '../data-files.ts';
import type { Git } from '../git.ts';

/** Data of the commits that are pushed which DVC's remote lacks; DVC isn't asked where no commit changes any. */
export async function unsentData(git: Git, base: string | undefined, tip: string): Promise<string[]> {
  const changed = await changedDataFiles(git, base, tip);
  const here: string[] = [];
  for (const file of changed) if (await isCheckedOut(git, tip, file)) here.push(file);
  const elsewhere = changed.length - here.length;
  if (elsewhere > 0) {
    const files = `${elsewhere} file${elsewhere === 1 ? '' : 's'}`;
    process.stderr.write(
      `pre-push: the data of ${files} in ${tip.slice(0, 9)} are not looked for: check it out first\n`,
    );
  }
  if (here.length === 0 || !existsSync(join(git.root, '.dvc'))) return [];
  const { workTreeDvc } = await import('../work-tree-dvc.ts');
  const dvc = await workTreeDvc(git);
  if ((await dvc.remotes()).every(({ isDefault }) => !isDefault)) {
    process.stderr.write('pre-push: nobody else gets the data: there is no remote: npx platform data remote PLACE\n');
    return [];
  }
  // A lock file goes by the pipeline that it locks.
  const targets = here.map((file) => file.replace(/(^|\/)dvc\.lock$/, '$1dvc.yaml'));
  const status = await dvc.cloudStatus(targets);
  return Object.entries(status).flatMap(([path, state]) => {
    if (state === 'deleted') return [];
    return [state === 'missing' ? `${path} (nor on this machine)` : path];
  });
}

async function changedDataFiles(git: Git, base: string | undefined, tip: string): Promise<string[]> {
  const which = ['--name-only', '-z'];
  return base === undefined
    ? git.names(['ls-tree', '-r', ...which, '--full-tree', tip]).then((all) => all.filter(isDataFile))
    : git.names(['diff', ...which, '--diff-filter=d', base, tip, '--', ...DATA_FILES]);
}

function isDataFile(path: string): boolean {
  return path.endsWith('.dvc') || path === 'dvc.lock' || path.endsWith('/dvc.lock');
}

/** DVC looks at the work tree: what isn't there as it is in the commit can't be asked for. */
async function isCheckedOut(git: Git, tip: string, file: string): Promise<boolean> {
  return (await git.tryRead(['diff', '--quiet', tip, '--', `:(literal)${file}`])) !== undefined;
}
