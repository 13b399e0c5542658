import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, Received, Receiver } from '../channel.ts';
import type { ConsumeReport } from '../message.ts';
import { isAbort, MessagingError } from '../messaging-error.ts';
import type { Consumer, Handle } from './consumer.ts';
import { handleReceived } from './handle.ts';
import { inOrder } from './in-order.ts';
import { openSeen } from './seen.ts';
import type { Settings } from './settings.ts';

/** What services hold a request for that finds nothing; SQS's limit. */
const WAIT_SECONDS = 20;
const LONGEST_PAUSE_SECONDS = 30;

export interface ConsumeWith<Body> {
  readonly channel: Channel;
  readonly settings: Settings;
  readonly decode: (body: Buffer) => Body;
  readonly handle: Handle<Body>;
  readonly bury: Consumer<Body>['bury'];
}

/**
 * Takes messages and handles them, `concurrency` at a time, until it is told to end; then it finishes what it has. A service
 * that stops answering is asked again for ever, one that never answered or refuses isn't.
 */
export async function consume<Body>(options: ConsumeWith<Body>): Promise<ConsumeReport> {
  const { channel, settings } = options;
  const stop = new AbortController();
  const late = new AbortController();
  const over = new AbortController();
  // Each message in hand listens to them.
  setMaxListeners(0, stop.signal, late.signal, over.signal);
  const onStop = () => stop.abort();
  settings.signal?.addEventListener('abort', onStop, { once: true });
  if (settings.signal?.aborted) stop.abort();
  const report = { handled: 0, retried: 0, deadLettered: 0, duplicates: 0 };
  const receiver = channel.receiver({
    leaseSeconds: settings.leaseSeconds,
    waitSeconds: Math.min(WAIT_SECONDS, settings.idleSeconds ?? WAIT_SECONDS),
  });
  const seen = await openSeen(channel.uri, settings);
  const consumer: Consumer<Body> = {
    ...options,
    seen,
    inOrder: inOrder(),
    stopping: stop.signal,
    late: late.signal,
    over: over.signal,
    count: (what) => {
      report[what]++;
    },
  };
  const running = new Set<Promise<void>>();
  try {
    await take(consumer, receiver, running);
  } finally {
    stop.abort();
    await finished(running, settings.graceSeconds, late);
    over.abort();
    await receiver.close();
    settings.signal?.removeEventListener('abort', onStop);
    seen.close();
  }
  return report;
}

/** Fills up what is running, until there is an end. */
async function take<Body>(consumer: Consumer<Body>, receiver: Receiver, running: Set<Promise<void>>): Promise<void> {
  const { settings, stopping } = consumer;
  const receive = patient(receiver, consumer);
  let last = Date.now();
  while (!stopping.aborted) {
    if (running.size >= settings.concurrency) {
      await Promise.race(running);
      continue;
    }
    const batch = await receive(settings.concurrency - running.size);
    for (const received of batch) {
      const done = handleReceived(received, consumer).finally(() => running.delete(done));
      running.add(done);
    }
    if (batch.length > 0 || running.size > 0) last = Date.now();
    else if (settings.idleSeconds !== undefined && Date.now() - last >= settings.idleSeconds * 1000) return;
  }
}

/** Asks a channel, and again after an error that may pass. */
function patient<Body>(receiver: Receiver, { settings, stopping }: Consumer<Body>) {
  let failures: number | undefined;
  return async (limit: number): Promise<Received[]> => {
    try {
      const batch = await receiver.receive(limit, stopping);
      failures = 0;
      return batch;
    } catch (thrown) {
      if (isAbort(thrown) && stopping.aborted) return [];
      if (failures === undefined || !mayPass(thrown)) throw thrown;
      settings.onProblem({ outcome: 'no answer', error: thrown });
      const pause = Math.min(2 ** failures++, LONGEST_PAUSE_SECONDS);
      await sleep(pause * 1000, undefined, { signal: stopping }).catch(() => undefined);
      return [];
    }
  };
}

function mayPass(thrown: unknown): boolean {
  return thrown instanceof MessagingError && ['unreachable', 'failed', 'lost'].includes(thrown.reason);
}

/** Waits for what is running; after the grace, handlers are told, and waited for a moment more. */
async function finished(running: ReadonlySet<Promise<void>>, graceSeconds: number, late: AbortController) {
  const all = Promise.all(running);
  const grace = new AbortController();
  const over = (seconds: number) => sleep(seconds * 1000, 'over', { signal: grace.signal }).catch(() => 'over');
  if ((await Promise.race([all, over(graceSeconds)])) === 'over') {
    late.abort(new MessagingError('the consumer ends, and the time to finish is over', 'lost'));
    await Promise.race([all, over(1)]);
  }
  grace.abort();
}
