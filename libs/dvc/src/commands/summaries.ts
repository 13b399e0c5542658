/** What a checkout changed; folders end in `/`. DVC takes `[word]` in a name for markup, and leaves it out here. */
export interface Changes {
  readonly added: readonly string[];
  readonly modified: readonly string[];
  readonly deleted: readonly string[];
}

/** Commands without JSON end in a sentence: `3 files fetched and 2 files added`. */
export function countOf(stdout: string, done: 'pushed' | 'fetched'): number {
  return Number(new RegExp(`(\\d+) files? ${done}`).exec(stdout)?.[1] ?? 0);
}

/** A line for each path, after a letter and a tab as blanks. */
export function changesOf(stdout: string): Changes {
  const of = (letter: string) =>
    [...stdout.matchAll(new RegExp(`^${letter}\\s{1,7}(.+)$`, 'gm'))].map(([, path = '']) => path);
  return { added: of('A'), modified: of('M'), deleted: of('D') };
}

/** What became of each stage: it `ran`, its result came from the cache of runs, or nothing had changed. */
export interface Reproduced {
  readonly ran: readonly string[];
  readonly restored: readonly string[];
  readonly unchanged: readonly string[];
}

/** What DVC says of a stage. */
export const STAGE_LINE = /^(?:Running stage '|Stage '|'.+' didn't change)/;

/** Stages write to the same stream: what they print in DVC's own words counts as DVC's. */
export function stagesOf(stdout: string): Reproduced {
  const of = (pattern: RegExp) => [...stdout.matchAll(pattern)].map(([, stage = '']) => stage);
  return {
    ran: of(/^Running stage '(.+)':$/gm),
    restored: of(/^Stage '(.+)' is cached - skipping run/gm),
    unchanged: of(/^(?:Stage )?'(.+)' didn't change, skipping$/gm),
  };
}
