import type { FeatureSetSpec } from '../definition/feature-set.ts';
import { decodeStored, type Value } from './encoding.ts';

/** What a comparison of the table with the online store found. */
export interface ParityReport {
  readonly asOf: string;
  /** Entities whose values are equal. */
  readonly equal: number;
  /** Entities of the table that the store lacks. */
  readonly missing: number;
  /** Entities of the store that the table has no values for. */
  readonly extra: number;
  /** Entities with values of another time. */
  readonly stale: number;
  /** Entities with other values. */
  readonly different: number;
  /** The first differences, at most 20. */
  readonly examples: readonly ParityDifference[];
}

export interface ParityDifference {
  readonly key: Readonly<Record<string, unknown>>;
  readonly problem: 'missing' | 'stale' | 'different';
  readonly feature?: string;
  readonly offline?: Value;
  readonly online?: Value;
}

const EXAMPLES = 20;

/** Gathers differences, entity by entity. */
export function comparison(set: FeatureSetSpec, asOf: string) {
  const names = Object.keys(set.features);
  const counts = { equal: 0, missing: 0, stale: 0, different: 0 };
  const examples: ParityDifference[] = [];
  const expected = new Set<string>();
  const extra = new Set<string>();
  const tell = (difference: ParityDifference) => {
    if (examples.length < EXAMPLES) examples.push(difference);
  };
  return {
    /** An entity's values in the table, and what the store has. */
    add(redisKey: string, key: Readonly<Record<string, unknown>>, values: readonly Value[], text: string | null): void {
      expected.add(redisKey);
      if (text === null) {
        counts.missing += 1;
        tell({ key, problem: 'missing' });
        return;
      }
      const online = decodeStored(text, set);
      if (online.asOf !== asOf) {
        counts.stale += 1;
        tell({ key, problem: 'stale' });
        return;
      }
      const wrong = names.flatMap((feature, index) => {
        const pair = { offline: values[index] ?? null, online: online.values[index] ?? null };
        return Object.is(pair.offline, pair.online) ? [] : [{ key, problem: 'different' as const, feature, ...pair }];
      });
      counts[wrong.length === 0 ? 'equal' : 'different'] += 1;
      for (const difference of wrong) tell(difference);
    },
    /** A key that the store has. */
    seen(redisKey: string): void {
      // A scan may name a key twice.
      if (!expected.has(redisKey)) extra.add(redisKey);
    },
    report: (): ParityReport => ({ asOf, ...counts, extra: extra.size, examples }),
  };
}
