import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@ml-platform/errors';
import type { Received } from '../channel.ts';
import type { Problem } from '../message.ts';
import { type Consumer, UNSEEN } from './consumer.ts';
import { type Lease, leaseOf } from './keep-lease.ts';
import { seenId, tryOnce } from './try-once.ts';

/** Handles one message until it is settled: done, given back, or among the dead letters. Never throws. */
export async function handleReceived<Body>(received: Received, consumer: Consumer<Body>): Promise<void> {
  const id = seenId(received);
  const lease = leaseOf(received, () => consumer.seen.extend(id));
  const tell: Tell = (outcome, error, attempt = received.attempt) =>
    consumer.settings.onProblem({ id: received.id, attempt, outcome, error });
  lease.signal.addEventListener('abort', () => tell('lease lost', lease.signal.reason), { once: true });
  consumer.over.addEventListener('abort', lease.stop, { once: true });
  const { promise: settled, resolve, reject } = Promise.withResolvers<void>();
  settled.catch(() => undefined);
  lease.start();
  try {
    // What waits behind another of its key keeps its lease.
    await consumer.inOrder(received.key, () => settle(received, consumer, { lease, settled, tell }));
    resolve();
  } catch (thrown) {
    // Nothing was said about it, so that it comes again.
    tell('lease lost', thrown);
    reject(thrown);
  } finally {
    await lease.stop();
    consumer.over.removeEventListener('abort', lease.stop);
  }
}

type Tell = (outcome: Problem['outcome'], error: unknown, attempt?: number) => void;

interface Attempt {
  readonly lease: Lease;
  readonly settled: Promise<void>;
  readonly tell: Tell;
}

async function settle<Body>(received: Received, consumer: Consumer<Body>, attempt: Attempt): Promise<void> {
  const { settings, stopping, count } = consumer;
  const { lease, settled, tell } = attempt;
  const giveBack = async (seconds: number) => {
    await lease.stop();
    if (!lease.signal.aborted) await received.giveBack(seconds);
  };
  for (let tries = received.attempt; !lease.signal.aborted; tries++) {
    if (stopping.aborted) return giveBack(0);
    const outcome = await tryOnce(received, tries, consumer, { lost: lease.signal, settled });
    if (typeof outcome === 'string') {
      await lease.stop();
      await received.done();
      return count(outcome);
    }
    if (outcome.error === UNSEEN) return giveBack(0);
    const isFinal = outcome.isFinal || tries >= settings.maxAttempts;
    if (isFinal && (await buried(received, outcome.error, tries, consumer, attempt))) return count('deadLettered');
    if (!isFinal || consumer.bury === undefined) tell('retry', outcome.error, tries);
    count('retried');
    const pause = settings.retrySeconds(tries);
    if (received.retriesInPlace !== true) return giveBack(stopping.aborted ? 0 : pause);
    await sleep(pause * 1000, undefined, { signal: stopping }).catch(() => undefined);
  }
}

/** Whether it is among the dead letters now; where it can't be put there it is tried again, since it must not be lost. */
async function buried<Body>(
  received: Received,
  error: unknown,
  tries: number,
  { bury }: Consumer<Body>,
  { lease, tell }: Attempt,
): Promise<boolean> {
  if (bury === undefined) return false;
  try {
    await bury(received, { reason: messageOf(error), attempts: tries }, lease.stop);
    tell('dead letter', error, tries);
    return true;
  } catch (thrown) {
    tell('retry', thrown, tries);
    lease.start();
    return false;
  }
}
