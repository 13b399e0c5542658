import type { EntityKey, FeatureSetSpec, FeatureValues } from '../definition/feature-set.ts';
import { decodeStored, placeOf, redisKey } from './encoding.ts';
import { neverWritten, readStatus, type StorePlace } from './status.ts';

export async function readValues<Set extends FeatureSetSpec>(
  store: StorePlace,
  set: Set,
  keys: readonly EntityKey<Set>[],
): Promise<FeatureValues<Set>[]> {
  if (keys.length === 0) return [];
  const place = placeOf(store.prefix, set);
  const texts = await store.redis.ask((client) => client.mGet(keys.map((key) => redisKey(place, set, key))));
  if (texts.every((text) => text === null) && (await readStatus(store, set)) === undefined) throw neverWritten(set);
  const names = Object.keys(set.features);
  return texts.map((text) => {
    const values = text === null ? [] : decodeStored(text, set).values;
    return Object.fromEntries(names.map((name, index) => [name, values[index] ?? null])) as FeatureValues<Set>;
  });
}
