import { createHash } from 'node:crypto';
import { expressionOf, type FeatureSetSpec, kindOf } from './feature-set.ts';
import { canonicalType } from './sql-types.ts';

/** Changes with what tables and stored values mean. */
const FORMAT = 1;

/** A mark of what a set computes: whoever describes it in other words gets the same. */
export function fingerprintOf(set: FeatureSetSpec): string {
  const features = Object.entries(set.features).map(([name, feature]) => [
    name,
    kindOf(feature),
    expressionOf(feature),
    'over' in feature ? feature.over : null,
    canonicalType(feature.type),
  ]);
  const { name, entity, columns, timestamp, knownAfter = null, every = null, ttl = null } = set;
  const what = [FORMAT, name, entity.key, columns, timestamp, knownAfter, every, ttl, features];
  return createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 16);
}
