import type { Dataset } from '../lake/dataset.ts';
import { holdPosition } from '../position/hold-position.ts';
import type { Positions, StreamSource } from './stream-source.ts';

/** Where it is known how far a stream is written. */
export interface Keeper extends AsyncDisposable {
  readonly positions: Positions;
  /** @throws PlatformError `busy` where another run took over. */
  readonly check: () => Promise<void>;
  readonly commit: (positions: Positions) => Promise<void>;
}

/** The lake, for a service that doesn't keep it, and then one run at a time; else nothing. */
export async function keeperOf(source: StreamSource, dataset: Dataset, signal: AbortSignal): Promise<Keeper> {
  if (source.keeps === 'service') {
    const nothing = async () => undefined;
    return { positions: {}, check: nothing, commit: nothing, [Symbol.asyncDispose]: nothing };
  }
  const held = await holdPosition(dataset, { source: source.name, signal });
  const positions = { ...(held.position as Positions | undefined) };
  return {
    positions,
    check: () => held.check(),
    commit: async (written) => {
      Object.assign(positions, written);
      await held.commit(positions, held.sequence);
    },
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
  };
}
