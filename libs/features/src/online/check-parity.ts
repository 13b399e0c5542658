import { asked } from '../build/source.ts';
import type { FeatureSetSpec } from '../definition/feature-set.ts';
import { type EngineOptions, withDuckDB } from '../duckdb/session.ts';
import { BATCH, inBatches } from './batches.ts';
import { placeOf, redisKey } from './encoding.ts';
import { offlineValues } from './offline-values.ts';
import { comparison, type ParityReport } from './parity.ts';
import { neverWritten, readStatus, type StorePlace } from './status.ts';

export async function checkParity(
  store: StorePlace,
  set: FeatureSetSpec,
  { table, ...engine }: EngineOptions & { readonly table: string },
): Promise<ParityReport> {
  const { redis, prefix } = store;
  const place = placeOf(prefix, set);
  const status = await readStatus(store, set);
  if (status === undefined) throw neverWritten(set);
  const compared = comparison(set, status.asOf);
  // What has expired since is not expected any more.
  const elapsed = Date.now() - Date.parse(status.writtenAt);
  await withDuckDB(engine, (database) =>
    asked(set, async () => {
      for await (const batch of inBatches(offlineValues(database, set, table, status.asOf))) {
        const alive = batch.filter(({ lasting }) => lasting === undefined || lasting > elapsed);
        if (alive.length === 0) continue;
        const keys = alive.map(({ key }) => redisKey(place, set, key));
        const texts = await redis.ask((client) => client.mGet(keys));
        alive.forEach(({ key, values }, index) => {
          compared.add(keys[index] ?? '', key, values, texts[index] ?? null);
        });
      }
    }),
  );
  await redis.ask(async (client) => {
    for await (const keys of client.scanIterator({ MATCH: `${asPattern(place)}:*`, COUNT: BATCH })) {
      for (const key of keys) compared.seen(key);
    }
  });
  return compared.report();
}

/** Text that a pattern of Redis matches as it is. */
function asPattern(text: string): string {
  return text.replaceAll(/[\\*?[\]^-]/g, '\\$&');
}
