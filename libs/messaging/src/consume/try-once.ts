import { setTimeout as sleep } from 'node:timers/promises';
import type { Received } from '../channel.ts';
import { idsOf } from '../envelope.ts';
import { type Consumer, UNSEEN } from './consumer.ts';

/** What came of a try; an `isFinal` failure is one that no other try mends. */
export type Outcome = 'handled' | 'duplicates' | { readonly error: unknown; readonly isFinal: boolean };

/** Who handles a copy of the message is asked as often whether it is done. */
const AGAIN_MILLISECONDS = 100;

/** Lets the handler see a message, unless it can't be read, or was handled already. */
export async function tryOnce<Body>(
  received: Received,
  tries: number,
  { settings, seen, stopping, late, decode, handle }: Consumer<Body>,
  { lost, settled }: { readonly lost: AbortSignal; readonly settled: Promise<void> },
): Promise<Outcome> {
  if (tries > settings.maxAttempts) {
    return { error: `was handed out ${tries - 1} times, and nobody said what became of it`, isFinal: true };
  }
  let body: Body;
  try {
    body = decode(received.body);
  } catch (error) {
    return { error, isFinal: true };
  }
  const id = seenId(received);
  const state = await claimed(() => seen.claim(id), AbortSignal.any([lost, stopping]));
  if (state === 'done') return 'duplicates';
  if (state === 'running') return { error: UNSEEN, isFinal: false };
  try {
    const { id: name, attributes, published } = received;
    const message = { id: name, attributes, published, ...idsOf(received) };
    await handle({ ...message, body, attempt: tries, signal: AbortSignal.any([lost, late]) }, settled);
    seen.finish(id);
    return 'handled';
  } catch (error) {
    seen.release(id);
    return { error, isFinal: false };
  }
}

/** A message that is handed out twice has one id, too. */
export function seenId({ dedupeId, id }: Received): string {
  return dedupeId === undefined ? `id ${id}` : `dedupe ${dedupeId}`;
}

type State = 'mine' | 'done' | 'running';

/** Waits while a copy of the message is being handled. */
async function claimed(claim: () => State, signal: AbortSignal): Promise<State> {
  for (;;) {
    const state = claim();
    if (state !== 'running' || signal.aborted) return state;
    await sleep(AGAIN_MILLISECONDS);
  }
}
