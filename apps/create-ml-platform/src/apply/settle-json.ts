import { isDeepStrictEqual } from 'node:util';
import { listGit, type Repository, runGit } from './git-process.ts';
import { mergeJsonTexts } from './merge-json.ts';
import type { Sides } from './merge.ts';
import type { Conflict, Stage } from './merge-output.ts';

export type Settled =
  | { readonly kind: 'text'; readonly path: string; readonly text: string; readonly mode: string }
  | { readonly kind: 'conflict'; readonly conflict: Conflict; readonly text: string };

/**
 * JSON files that both sides changed and whose lines Git could merge: the lines may have met as no JSON any more, or
 * with one key twice. Those are merged key by key instead; where a key itself is in conflict, so is the file.
 */
export function settleJson(repository: Repository, sides: Sides, tree: string, open: ReadonlySet<string>): Settled[] {
  const theirs = new Set(changedJson(repository, sides.base, sides.theirs));
  const both = changedJson(repository, sides.base, sides.ours).filter((path) => theirs.has(path) && !open.has(path));
  return both.flatMap((path) => settleFile(repository, sides, tree, path));
}

function changedJson(repository: Repository, from: string, to: string): string[] {
  const args = ['diff-tree', '-r', '-z', '--no-renames', '--name-only', '--diff-filter=AM', from, to];
  return listGit(repository, args).filter((path) => path.endsWith('.json'));
}

function settleFile(repository: Repository, sides: Sides, tree: string, path: string): Settled[] {
  const [base, ours, theirs, lines] = [sides.base, sides.ours, sides.theirs, tree].map((id) =>
    fileIn(repository, id, path),
  );
  if (!ours || !theirs || !lines || !isJson(ours.text) || !isJson(theirs.text)) return [];
  const merged = mergeJsonTexts(base?.text ?? '{}', ours.text, theirs.text);
  if (isWhole(lines.text) && (merged === undefined || isDeepStrictEqual(JSON.parse(lines.text), JSON.parse(merged))))
    return [];
  if (merged !== undefined) return [{ kind: 'text', path, text: merged, mode: lines.stage.mode }];
  const text = `<<<<<<< ours\n${ours.text}=======\n${theirs.text}>>>>>>> theirs\n`;
  const stages = { ...(base && { base: base.stage }), ours: ours.stage, theirs: theirs.stage };
  return [{ kind: 'conflict', conflict: { path, sides: stages }, text }];
}

/** A file of a tree; undefined when there is none. */
export function fileIn(
  repository: Repository,
  tree: string,
  path: string,
): { readonly stage: Stage; readonly text: string } | undefined {
  const [line = ''] = listGit(repository, ['ls-tree', '-z', tree, path]);
  const [, mode, id] = /^(\d+) blob (\w+)\t/.exec(line) ?? [];
  if (!mode || !id) return undefined;
  return { stage: { mode, id }, text: runGit({ repository, args: ['cat-file', 'blob', id] }).stdout };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** JSON without a key that stands twice in one object: printing what was read gives it back but for white space. */
function isWhole(text: string): boolean {
  const bare = (json: string): string => json.replaceAll(/\s/g, '');
  return isJson(text) && bare(JSON.stringify(JSON.parse(text))) === bare(text);
}
