/** One side's file of a conflict. */
export interface Stage {
  readonly mode: string;
  readonly id: string;
}

export interface ConflictSides {
  readonly base?: Stage;
  readonly ours?: Stage;
  readonly theirs?: Stage;
}

export interface Conflict {
  readonly path: string;
  readonly sides: ConflictSides;
}

const SIDES = { 1: 'base', 2: 'ours', 3: 'theirs' } as const;

/** Reads what `git merge-tree --write-tree -z` prints: the tree, the conflicted files, then messages. */
export function readMerge(output: string): { tree: string; conflicts: Conflict[] } {
  const [tree = '', ...rest] = output.split('\0');
  const end = rest.indexOf('');
  const conflicts = new Map<string, ConflictSides>();
  for (const line of rest.slice(0, end < 0 ? rest.length : end)) {
    const match = /^(\d+) ([0-9a-f]+) ([123])\t([\s\S]+)$/.exec(line);
    if (!match) continue;
    const [, mode = '', id = '', stage, path = ''] = match;
    const side = SIDES[Number(stage) as 1 | 2 | 3];
    conflicts.set(path, { ...conflicts.get(path), [side]: { mode, id } });
  }
  return { tree, conflicts: [...conflicts].map(([path, sides]) => ({ path, sides })) };
}
