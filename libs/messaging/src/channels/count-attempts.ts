/** Ids that are remembered at most. */
const MOST = 100_000;

/** Counts how often a message came, for a service that doesn't; of the oldest it forgets. */
export function countAttempts(): (id: string) => number {
  const counts = new Map<string, number>();
  return (id) => {
    const count = (counts.get(id) ?? 0) + 1;
    counts.delete(id);
    counts.set(id, count);
    const [oldest] = counts.keys();
    if (counts.size > MOST && oldest !== undefined) counts.delete(oldest);
    return count;
  };
}
