import { PlatformError } from '@ml-platform/errors';
import { z } from 'zod';
import type { FeatureSetSpec } from '../definition/feature-set.ts';
import { placeOf } from './encoding.ts';
import type { Redis } from './redis.ts';

/** Where a store's keys are. */
export interface StorePlace {
  readonly redis: Redis;
  readonly prefix: string;
}

const schema = z.object({
  /** In UTC. */
  asOf: z.string(),
  entities: z.number(),
  /** By the writer's clock. */
  writtenAt: z.iso.datetime(),
});

/** What was written of a set last. */
export type OnlineStatus = Readonly<z.infer<typeof schema>>;

export async function readStatus(
  { redis, prefix }: StorePlace,
  set: FeatureSetSpec,
): Promise<OnlineStatus | undefined> {
  const text = await redis.ask((client) => client.get(placeOf(prefix, set)));
  return text === null ? undefined : schema.parse(JSON.parse(text));
}

export async function writeStatus(
  { redis, prefix }: StorePlace,
  set: FeatureSetSpec,
  status: OnlineStatus,
): Promise<void> {
  await redis.ask((client) => client.set(placeOf(prefix, set), JSON.stringify(status)));
}

export function neverWritten({ name }: FeatureSetSpec): PlatformError {
  return new PlatformError(`the online store has no values of ${name} as it is defined now`, {
    code: 'notFound',
    hint: 'write them: store.materialize(set, { table })',
  });
}
