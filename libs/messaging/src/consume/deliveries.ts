import type { ConsumeReport, Delivery, Message } from '../message.ts';
import { type Handle, UNSEEN } from './consumer.ts';

/** A message, and how its handler ends. */
interface Waiting<Body> {
  readonly delivery: Delivery<Body>;
  readonly giveUp: () => void;
}

type Consume<Body> = (handle: Handle<Body>, signal: AbortSignal) => Promise<ConsumeReport>;

/**
 * The messages of a consumer as an iterator: each waits for `ack` or `nack`. Who leaves the loop ends the consumer; what
 * nobody got to see, or answered, is given back.
 */
export async function* deliveries<Body>(consume: Consume<Body>, signal?: AbortSignal): AsyncGenerator<Delivery<Body>> {
  const ending = new AbortController();
  const ready: Waiting<Body>[] = [];
  const taken = new Set<Waiting<Body>>();
  let wake = (): void => undefined;
  const stop = signal === undefined ? ending.signal : AbortSignal.any([ending.signal, signal]);
  stop.addEventListener('abort', () => {
    for (const { giveUp } of ready.splice(0)) giveUp();
    wake();
  });
  const handle: Handle<Body> = (message, settled) =>
    new Promise<void>((resolve, reject) => {
      const waiting = waitingFor(message, settled, resolve, reject);
      message.signal.addEventListener('abort', waiting.giveUp, { once: true });
      if (stop.aborted) return waiting.giveUp();
      ready.push(waiting);
      wake();
    });
  let isOver = false;
  const ended = consume(handle, stop).finally(() => {
    isOver = true;
    wake();
  });
  ended.catch(() => undefined);
  try {
    for (;;) {
      const next = ready.shift();
      if (next !== undefined) {
        taken.add(next);
        yield next.delivery;
      } else if (isOver) break;
      else {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        if (!isOver && ready.length === 0) await promise;
      }
    }
  } finally {
    ending.abort();
    for (const { giveUp } of taken) giveUp();
    await ended;
  }
}

function waitingFor<Body>(
  message: Message<Body>,
  settled: Promise<void>,
  resolve: () => void,
  reject: (reason: unknown) => void,
): Waiting<Body> {
  const ack = () => {
    resolve();
    return settled;
  };
  const nack = (reason: unknown = new Error('nack')) => {
    reject(reason);
    return settled;
  };
  return { delivery: { ...message, ack, nack }, giveUp: () => reject(UNSEEN) };
}
