/** How far the messages of one partition are done, which end in any order. */
export interface Progress {
  /** False for one that was handed out already. */
  readonly take: (offset: bigint) => boolean;
  readonly finish: (offset: bigint) => void;
  /** The first offset that isn't done: what a group commits. */
  readonly next: () => bigint;
}

/** Begins at the offset that the group committed. */
export function progressFrom(start: bigint): Progress {
  /** In order; those before the first that isn't done are gone. */
  const open: bigint[] = [];
  const done = new Set<bigint>();
  let end = start;
  return {
    take: (offset) => {
      if (offset < end) return false;
      open.push(offset);
      end = offset + 1n;
      return true;
    },
    finish: (offset) => {
      done.add(offset);
      while (open[0] !== undefined && done.delete(open[0])) open.shift();
    },
    next: () => open[0] ?? end,
  };
}
