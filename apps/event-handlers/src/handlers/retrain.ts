import { messageOf } from '@ml-platform/errors';
import { z } from 'zod';
import { readSettings } from '../events/settings.ts';
import { type QueueRecord, runsOf } from '../retrain/runs-of.ts';
import { startRun } from '../retrain/start-run.ts';

export interface Failures {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Starts a run for new data and drift; messages whose run didn't start come again. */
export async function handler({ Records }: { readonly Records: readonly QueueRecord[] }): Promise<Failures> {
  const { TARGET_ARN, WINDOW_SECONDS } = readSettings({
    TARGET_ARN: z.string(),
    WINDOW_SECONDS: z.coerce.number().int().min(1),
  });
  const failed: string[] = [];
  for (const run of runsOf(Records, TARGET_ARN, WINDOW_SECONDS)) {
    try {
      console.info(JSON.stringify({ started: await startRun(TARGET_ARN, run), since: run.since }));
    } catch (error) {
      console.error(JSON.stringify({ failed: messageOf(error), since: run.since }));
      failed.push(...run.messageIds);
    }
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
