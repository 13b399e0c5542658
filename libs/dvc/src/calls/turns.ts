const tails = new Map<string, Promise<void>>();

/** Runs `work` after all that was asked for before under the same key, in this process; a signal ends the waiting. */
export async function inTurn<Result>(
  key: string,
  work: () => Promise<Result>,
  signal?: AbortSignal | undefined,
): Promise<Result> {
  const before = tails.get(key) ?? Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const tail = before.then(() => promise);
  tails.set(key, tail);
  try {
    await orAborted(before, signal);
    return await work();
  } finally {
    resolve();
    if (tails.get(key) === tail) tails.delete(key);
  }
}

async function orAborted(turn: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  await Promise.race([turn, promise]).finally(() => signal?.removeEventListener('abort', stop));
}
