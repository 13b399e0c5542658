/** Runs work of one key one after another, and work without a key at once. */
export type InOrder = (key: string | undefined, work: () => Promise<void>) => Promise<void>;

export function inOrder(): InOrder {
  const last = new Map<string, Promise<void>>();
  return (key, work) => {
    if (key === undefined) return work();
    const done = (last.get(key) ?? Promise.resolve()).then(work, work);
    const forget = () => {
      if (last.get(key) === done) last.delete(key);
    };
    last.set(key, done);
    done.then(forget, forget);
    return done;
  };
}
