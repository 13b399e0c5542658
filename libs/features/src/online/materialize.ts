import { PlatformError } from '@ml-platform/errors';
import { asked } from '../build/source.ts';
import type { FeatureSetSpec } from '../definition/feature-set.ts';
import { type EngineOptions, withDuckDB } from '../duckdb/session.ts';
import { inBatches } from './batches.ts';
import { encodeStored, placeOf, redisKey } from './encoding.ts';
import { type OfflineValues, offlineValues, timeOf } from './offline-values.ts';
import { type OnlineStatus, readStatus, type StorePlace, writeStatus } from './status.ts';

export interface MaterializeOptions extends EngineOptions {
  /** Folder of the set's table. */
  readonly table: string;
  /** Values as of this time, in UTC; as of the table's last row unless given. */
  readonly asOf?: string;
  /** Writes older values over newer ones as well. */
  readonly force?: boolean;
  readonly onProgress?: (progress: { readonly written: number }) => void;
}

export async function materialize(
  store: StorePlace,
  set: FeatureSetSpec,
  { table, asOf, force = false, onProgress = () => undefined, ...engine }: MaterializeOptions,
): Promise<OnlineStatus> {
  return withDuckDB(engine, (database) =>
    asked(set, async () => {
      const time = await timeOf(database, set, table, asOf);
      const before = await readStatus(store, set);
      if (!force && before !== undefined && before.asOf > time) throw newer(set, before.asOf, time);
      let entities = 0;
      for await (const batch of inBatches(offlineValues(database, set, table, time))) {
        await write(store, set, time, batch);
        entities += batch.length;
        onProgress({ written: entities });
      }
      const status = { asOf: time, entities, writtenAt: new Date().toISOString() };
      await writeStatus(store, set, status);
      return status;
    }),
  );
}

/** Commands of one turn of the event loop travel together. */
async function write(
  { redis, prefix }: StorePlace,
  set: FeatureSetSpec,
  asOf: string,
  batch: readonly OfflineValues[],
): Promise<void> {
  const place = placeOf(prefix, set);
  await redis.ask((client) =>
    Promise.all(
      batch.map(({ key, values, lasting }) => {
        const expiration = lasting === undefined ? {} : { expiration: { type: 'PX', value: lasting } as const };
        return client.set(redisKey(place, set, key), encodeStored(asOf, values), expiration);
      }),
    ),
  );
}

function newer({ name }: FeatureSetSpec, theirs: string, ours: string): PlatformError {
  return new PlatformError(`the online store has values of ${name} as of ${theirs}, newer than ${ours}`, {
    code: 'config',
    hint: 'build the table anew first, or pass force: true',
  });
}
