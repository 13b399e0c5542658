import { setTimeout } from 'node:timers/promises';
import type { BigQueryApi } from '../api/bigquery-api.ts';
import type { Job } from '../api/resources.ts';
import { isPassing } from '../api/rest.ts';

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** Told of the job each time that it was looked at. */
  readonly watch?: (job: Job) => Promise<void>;
}

/** Milliseconds between two looks at a job: short at first, as most end within seconds. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5000;
/** How long a job is out of sight, as in a failure of the network, before it is given up. */
const PATIENCE_MILLISECONDS = 5 * 60 * 1000;
/** How long the end of a job that nobody waits for may take to be asked for. */
const CANCEL_MILLISECONDS = 4000;

/**
 * Starts a job and waits for its end, whatever that is; one that nobody waits for any longer, since the signal aborted or
 * BigQuery can't be reached, is cancelled.
 */
export async function followJob(
  api: BigQueryApi,
  id: string,
  start: () => Promise<Job>,
  { signal, watch = async () => undefined }: FollowOptions,
): Promise<Job> {
  signal.throwIfAborted();
  let seenAt = Date.now();
  const look = async (last: Job): Promise<Job> => {
    try {
      const job = await api.job(id, signal);
      seenAt = Date.now();
      return job;
    } catch (thrown) {
      if (isPassing(thrown) && Date.now() - seenAt < PATIENCE_MILLISECONDS) return last;
      throw thrown;
    }
  };
  try {
    let job = await start();
    for (let pause = FIRST_PAUSE; job.status.state !== 'DONE'; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
      await setTimeout(pause, undefined, { signal });
      job = await look(job);
      await watch(job);
    }
    return job;
  } catch (thrown) {
    await api.cancelJob(id, AbortSignal.timeout(CANCEL_MILLISECONDS)).catch(() => undefined);
    throw signal.aborted ? signal.reason : thrown;
  }
}
