import { createHash } from 'node:crypto';
import { z } from 'zod';
import { driftAlarm } from '../events/drift-alarm.ts';
import { objectCreated } from '../events/object-created.ts';

const REASONS = { 'aws.s3': 'new data', 'aws.cloudwatch': 'drift' } as const;

export type Reason = (typeof REASONS)[keyof typeof REASONS];

const calls = z.discriminatedUnion('source', [objectCreated, driftAlarm]);

/** A message of the queue, as Lambda hands it over. */
export interface QueueRecord {
  readonly messageId: string;
  readonly body: string;
}

export interface Run {
  /** The same for all that came within one window: by it the run starts once, though many events call for it. */
  readonly token: string;
  /** When the window began. */
  readonly since: string;
  readonly reasons: readonly Reason[];
  readonly messageIds: readonly string[];
}

/**
 * The runs that new data and drift call for: one per window of `windowSeconds`. The queue holds each message back for as
 * long as a window lasts, so a window is over, and all its data there, before its first message arrives.
 */
export function runsOf(records: readonly QueueRecord[], target: string, windowSeconds: number): Run[] {
  const windows = new Map<number, { readonly reason: Reason; readonly messageId: string }[]>();
  for (const { messageId, body } of records) {
    const { source, time } = calls.parse(JSON.parse(body));
    const window = Math.floor(Date.parse(time) / 1000 / windowSeconds);
    windows.set(window, [...(windows.get(window) ?? []), { reason: REASONS[source], messageId }]);
  }
  return [...windows].map(([window, called]) => {
    const since = new Date(window * windowSeconds * 1000).toISOString();
    const reasons = [...new Set(called.map(({ reason }) => reason))];
    return { token: tokenOf(target, since), since, reasons, messageIds: called.map(({ messageId }) => messageId) };
  });
}

/** SageMaker takes 32 to 128 letters, digits and dashes, Step Functions a name of at most 80. */
function tokenOf(target: string, since: string): string {
  return `retrain-${createHash('sha256').update(`${target} ${since}`).digest('hex').slice(0, 40)}`;
}
