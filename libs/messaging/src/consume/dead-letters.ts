import type { Channel, Received } from '../channel.ts';
import { idsOf } from '../envelope.ts';
import { MessagingError } from '../messaging-error.ts';

/** The attribute of a dead letter: JSON with `reason`, `attempts`, `queue`, `id` and `at`. */
export const DEAD_LETTER = 'dead-letter';

const LONGEST_REASON = 2000;

/** Takes a message that failed for good; its lease is kept until it is settled. */
export type Bury = (received: Received, failure: Failure, stopLease: () => Promise<void>) => Promise<void>;

export interface Failure {
  readonly reason: string;
  readonly attempts: number;
}

export interface DeadLetters {
  readonly bury: Bury | undefined;
  readonly close: () => Promise<void>;
}

/** Where a consumer's dead letters go: a queue, the service's own, or nowhere. */
export async function deadLetters(
  channel: Channel,
  uri: string | undefined,
  open: (uri: string) => Promise<Channel>,
): Promise<DeadLetters> {
  if (uri === undefined) return { bury: undefined, close: async () => undefined };
  if (uri === 'service') return { bury: intoService(channel), close: async () => undefined };
  const target = await open(uri);
  const bury: Bury = async (received, failure, stopLease) => {
    await target.send(letter(channel.uri, received, failure));
    await stopLease();
    await received.done();
  };
  return { bury, close: target.close };
}

/** As it came, with what happened to it; without its id to dedupe by, since it may be sent back. */
function letter(queue: string, { body, key, attributes, id }: Received, { reason, attempts }: Failure) {
  const facts = { reason: reason.slice(0, LONGEST_REASON), attempts, queue, id, at: new Date().toISOString() };
  return { body, attributes: { ...attributes, [DEAD_LETTER]: JSON.stringify(facts) }, ...idsOf({ key }) };
}

function intoService({ uri, hasDeadLetters }: Channel): Bury {
  if (hasDeadLetters !== true) {
    const hint = "give deadLetter the URI of a queue; 'service' is for servicebus://";
    throw new MessagingError(`${uri} has no dead letters of its own`, 'unsupported', { hint });
  }
  return async ({ bury, id }, { reason }, stopLease) => {
    if (bury === undefined) throw new MessagingError(`${uri}: ${id} can't be put aside`, 'unsupported');
    await stopLease();
    await bury(reason.slice(0, LONGEST_REASON));
  };
}
