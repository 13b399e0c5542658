import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Git } from './git.ts';

export interface StagedFile {
  readonly path: string;
  /** In Git, in bytes. */
  readonly size: number;
}

/** Files that this commit adds or changes; neither links nor submodules. */
export async function stagedFiles(git: Git): Promise<StagedFile[]> {
  const raw = await git.names(['diff', '--cached', '--raw', '-z', '--no-abbrev', '--no-renames', '--diff-filter=AMT']);
  // `:OLD-MODE NEW-MODE OLD-ID NEW-ID STATUS`, then the path.
  const entries = raw.flatMap((meta, index) => {
    const [, mode = '', , id = ''] = meta.split(' ');
    const path = raw[index + 1];
    return index % 2 === 0 && mode.startsWith('100') && path !== undefined ? [{ path, id }] : [];
  });
  if (entries.length === 0) return [];
  const input = entries.map(({ id }) => `${id}\n`).join('');
  const sizes = (await git.read(['cat-file', '--batch-check=%(objectsize)'], { input })).split('\n');
  return entries.map(({ path }, index) => ({ path, size: Number(sizes[index]) }));
}

/** What Biome reads besides the files that it checks. */
const CONTEXT = ['biome.json', 'biome.jsonc', '.editorconfig', '.gitignore', 'package.json'];

/**
 * Calls `work` with a folder that holds files as they are staged, in their places: the work tree may have more changes.
 * Beside them lies what a linter reads its settings from.
 */
export async function withStagedContent<Result>(
  git: Git,
  paths: readonly string[],
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'staged-'));
  try {
    const context = await git.names(['ls-files', '-z', '--', ...CONTEXT.map((name) => `:(glob)**/${name}`)]);
    const input = [...new Set([...paths, ...context])].map((path) => `${path}\0`).join('');
    await git.read(['checkout-index', '-z', '--stdin', `--prefix=${folder}/`], { input });
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Undefined where a file is no text. */
export async function readText(file: string): Promise<string | undefined> {
  const bytes = await readFile(file);
  return bytes.subarray(0, 8000).includes(0) ? undefined : bytes.toString('utf8');
}
