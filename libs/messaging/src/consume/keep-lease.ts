import type { Received } from '../channel.ts';
import { MessagingError } from '../messaging-error.ts';

export interface Lease {
  /** Aborted once the message may be somebody else's. */
  readonly signal: AbortSignal;
  readonly start: () => void;
  /** An extension that is under way is waited for: it must not arrive after what is said next. */
  readonly stop: () => Promise<void>;
}

/**
 * Extends a message's lease three times in its length, between `start` and `stop`. Where an answer is lost it is asked for
 * again as long as the lease lasts; an answer that the message is gone is the last.
 */
export function leaseOf({ leaseSeconds, extend }: Received, whenExtended: () => void = () => undefined): Lease {
  const lost = new AbortController();
  const pause = (leaseSeconds * 1000) / 3;
  let until = Date.now() + leaseSeconds * 1000;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  const tick = async () => {
    const asked = Date.now();
    try {
      await extend();
      whenExtended();
      until = asked + leaseSeconds * 1000;
    } catch (thrown) {
      const isGone = thrown instanceof MessagingError && thrown.reason === 'lost';
      if (isGone || Date.now() >= until) return lost.abort(thrown);
    }
    if (timer !== undefined) wait();
  };
  const wait = () => {
    timer = setTimeout(() => {
      running = tick();
    }, pause);
  };
  return {
    signal: lost.signal,
    start: () => {
      if (timer === undefined) wait();
    },
    stop: async () => {
      clearTimeout(timer);
      timer = undefined;
      await running;
    },
  };
}
