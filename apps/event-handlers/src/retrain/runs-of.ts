import { createHash } from 'node:crypto';
import { objectCreated } from '../events/object-created.ts';

/** A message of the queue, as Lambda hands it over. */
export interface QueueRecord {
  readonly messageId: string;
  readonly body: string;
}

export interface Run {
  /** The same for all that came within one window: by it the run starts once, though many files call for it. */
  readonly token: string;
  /** When the window began. */
  readonly since: string;
  readonly messageIds: readonly string[];
}

/**
 * The runs that new data calls for: one per window of `windowSeconds`. The queue holds each message back for as long as a
 * window lasts, so a window is over, and all its data there, before its first message arrives.
 */
export function runsOf(records: readonly QueueRecord[], target: string, windowSeconds: number): Run[] {
  const windows = new Map<number, string[]>();
  for (const { messageId, body } of records) {
    const { time } = objectCreated.parse(JSON.parse(body));
    const window = Math.floor(Date.parse(time) / 1000 / windowSeconds);
    windows.set(window, [...(windows.get(window) ?? []), messageId]);
  }
  return [...windows].map(([window, messageIds]) => {
    const since = new Date(window * windowSeconds * 1000).toISOString();
    return { token: tokenOf(target, since), since, messageIds };
  });
}

/** SageMaker takes 32 to 128 letters, digits and dashes, Step Functions a name of at most 80. */
function tokenOf(target: string, since: string): string {
  return `new-data-${createHash('sha256').update(`${target} ${since}`).digest('hex').slice(0, 40)}`;
}
