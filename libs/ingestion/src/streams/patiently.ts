interface Asked<Value> {
  outcome?: { readonly value: Value } | { readonly reason: unknown };
  wake?: () => void;
}

/** The next of an iterator, if it comes within so many milliseconds; else the same is waited for the next time. */
export function patiently<Value>(iterator: AsyncIterator<Value, void>) {
  type Result = IteratorResult<Value, void>;
  let open: Asked<Result> | undefined;
  const ask = () => {
    const asked: Asked<Result> = {};
    const settle = (outcome: NonNullable<Asked<Result>['outcome']>) => {
      asked.outcome = outcome;
      asked.wake?.();
    };
    iterator.next().then(
      (value) => settle({ value }),
      (reason: unknown) => settle({ reason }),
    );
    return asked;
  };
  return async (milliseconds: number): Promise<Result | undefined> => {
    open ??= ask();
    if (open.outcome === undefined) await wakeOrEnd(open, milliseconds);
    const { outcome } = open;
    if (outcome === undefined) return undefined;
    open = undefined;
    if ('reason' in outcome) throw outcome.reason;
    return outcome.value;
  };
}

function wakeOrEnd(asked: Asked<unknown>, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    asked.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
