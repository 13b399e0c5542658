/** The candidate that `word` was most likely meant to be: at most a third of its letters, rounded up, differ. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.ceil(candidate.length / 3));
  return ranked.toSorted((a, b) => a.distance - b.distance)[0]?.candidate;
}

/** A hint for a name that isn't there: the one that was probably meant, else all there are, as `steps: a, b`. */
export function suggest(word: string, names: readonly string[], plural: string): string {
  const meant = nearest(word, names);
  return meant === undefined ? `${plural}: ${names.join(', ') || 'none'}` : `did you mean '${meant}'?`;
}

/** Levenshtein's distance, one row of the table at a time. */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const substituted = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(substituted, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
