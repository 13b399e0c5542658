import { messageOf } from '@ml-platform/errors';
import { type ObjectStore, openStore } from '@ml-platform/storage';

/** A folder in Cloud Storage of one run's own. */
export interface Staging {
  /** `gs://…`, without a `/` at its end. */
  readonly uri: string;
  readonly store: ObjectStore;
}

/** Lends a folder in the staging place, and removes what is in it at the end, whatever that is. */
export async function withStaging<Result>(
  uri: string | undefined,
  log: (message: string) => void,
  work: (staging: Staging | undefined) => Promise<Result>,
): Promise<Result> {
  if (uri === undefined) return work(undefined);
  const store = await openStore(uri);
  try {
    return await work({ uri, store });
  } finally {
    await store.remove('').catch((error: unknown) => log(`${uri} could not be removed: ${messageOf(error)}`));
  }
}
