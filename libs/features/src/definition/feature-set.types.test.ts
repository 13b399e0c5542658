import { expectTypeOf, test } from 'vitest';
import type { shopVisits } from '../testing/shop-visits.ts';
import type { defineFeatureSet, EntityKey, FeatureValues } from './feature-set.ts';

test('values and keys have the types of the definition', () => {
  expectTypeOf<EntityKey<typeof shopVisits>>().toEqualTypeOf<{ readonly shop: string; readonly customer: number }>();
  expectTypeOf<FeatureValues<typeof shopVisits>['mood']>().toEqualTypeOf<string | null>();
  expectTypeOf<FeatureValues<typeof shopVisits>['bought_1h']>().toEqualTypeOf<number | null>();
  expectTypeOf<keyof FeatureValues<typeof shopVisits>>().toEqualTypeOf<keyof (typeof shopVisits)['features']>();
});

test('what must not compile', () => {
  type Features = Parameters<typeof defineFeatureSet>[0]['features'];
  const described = { description: 'x' } as const;
  // @ts-expect-error a window needs a duration
  const noWindow: Features = { n: { sum: 'a', type: 'BIGINT', ...described } };
  // @ts-expect-error a duration has a unit
  const noUnit: Features = { n: { sum: 'a', over: '7', type: 'BIGINT', ...described } };
  // @ts-expect-error a type is one of DuckDB's
  const noType: Features = { n: { latest: 'a', type: 'NUMBER', ...described } };
  for (const features of [noWindow, noUnit, noType]) expectTypeOf(features).toEqualTypeOf<Features>();
});
