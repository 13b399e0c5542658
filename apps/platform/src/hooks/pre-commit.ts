import { join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { biomeProblems } from './checks/biome.ts';
import { conflictLine } from './checks/conflict-markers.ts';
import { describeLargeFile, largeFiles, shellWord } from './checks/large-files.ts';
import { cellsWithOutputs } from './checks/notebook-outputs.ts';
import { findSecrets } from './checks/secrets.ts';
import type { Git } from './git.ts';
import { readSettings } from './settings.ts';
import { readText, stagedFiles, withStagedContent } from './staged-files.ts';

/**
 * Looks at the files that are staged, and at what of them is staged.
 *
 * @throws PlatformError `step` with all that is wrong with them.
 */
export async function preCommit(git: Git): Promise<void> {
  const [settings, files] = await Promise.all([readSettings(git.root), stagedFiles(git)]);
  const large = largeFiles(files, settings);
  const paths = files.filter((file) => !large.includes(file)).map(({ path }) => path);
  const problems = large.map((file) => describeLargeFile(file, settings));
  if (paths.length > 0) problems.push(...(await withStagedContent(git, paths, (folder) => look(folder, paths))));
  if (problems.length === 0) return;
  throw new PlatformError(`what is staged can't be committed yet:\n${problems.join('\n')}`, {
    code: 'step',
    hint: 'mend it and git add it; to commit it all the same: git commit --no-verify',
  });
}

async function look(folder: string, paths: readonly string[]): Promise<string[]> {
  const [found, style] = await Promise.all([
    Promise.all(paths.map((path) => lookAtFile(folder, path))),
    biomeProblems(folder, paths),
  ]);
  const rewrite = 'most of this is mended by: npx biome check --write --staged';
  return [...found.flat(), ...(style === '' ? [] : [`${style}\n${rewrite}`])];
}

async function lookAtFile(folder: string, path: string): Promise<string[]> {
  const text = await readText(join(folder, path));
  if (text === undefined) return [];
  const conflict = conflictLine(text);
  const cells = path.endsWith('.ipynb') ? cellsWithOutputs(text) : 0;
  const secrets = await findSecrets(path, text);
  const clear = `jupyter nbconvert --clear-output --inplace ${shellWord(path)}`;
  return [
    ...(conflict === undefined ? [] : [`${path}:${conflict}: a merge conflict that is not resolved`]),
    ...(cells === 0 ? [] : [`${path}: outputs in ${cells} cell${cells === 1 ? '' : 's'}; clear them: ${clear}`]),
    ...secrets.map(({ line, message, rule }) => {
      return `${path}:${line}: ${message}; keep it in .env.local, or where it is none: secretlint-disable-line ${rule}`;
    }),
  ];
}
