import { messageOf } from '@ml-platform/errors';
import type { BigQueryApi } from './api/bigquery-api.ts';
import type { RunNames } from './names.ts';
import type { RunContext } from './options.ts';

/** A run that is killed leaves its dataset; what is in it is gone after a day. */
const EXPIRATION_MILLISECONDS = 24 * 60 * 60 * 1000;
const REMOVAL_MILLISECONDS = 30_000;

/** Makes a dataset, lends it, and removes it at the end, whatever that is. */
export async function withDataset<Result>(
  api: BigQueryApi,
  { dataset, labels }: RunNames,
  { log, signal }: Pick<RunContext, 'log' | 'signal'>,
  work: () => Promise<Result>,
): Promise<Result> {
  const description = 'A step of a pipeline at work; it removes this dataset when it ends';
  try {
    // Inside: where the answer is lost, the dataset may be there all the same.
    await api.createDataset(dataset, { description, labels, expirationMilliseconds: EXPIRATION_MILLISECONDS }, signal);
    log(`dataset ${api.project}.${dataset} (${api.location})`);
    return await work();
  } finally {
    await api.removeDataset(dataset, AbortSignal.timeout(REMOVAL_MILLISECONDS)).catch((error: unknown) => {
      log(`dataset ${dataset} could not be removed; its tables are gone in a day: ${messageOf(error)}`);
    });
  }
}
