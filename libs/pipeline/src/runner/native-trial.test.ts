import { join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { definePipeline, defineStep, json, metrics, type StepSpec } from '@ml-platform/pipeline';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { nativeTrial, searchOf } from './native-trial.ts';
import { locate } from './place.ts';

const params = z.strictObject({
  rate: z.number().default(1),
  depth: z.int().default(1),
  booster: z.string().default('tree'),
  leaves: z.number().default(7),
  balanced: z.boolean().default(false),
});
const search = {
  rate: { min: 1e-9, max: 1, scale: 'log' },
  depth: { min: 1, max: 9, integer: true },
  booster: ['tree', 'a "b" $c'],
  leaves: [7, 1e21, 0.1],
  balanced: [true, false],
} as const;

function placeOf(more: Partial<StepSpec> = {}) {
  const step = defineStep({
    name: 'fit',
    params,
    outputs: { metrics: metrics('error'), ...more.outputs },
    run: () => import('./fixtures/empty.run.ts'),
    ...(more.tune !== undefined && { tune: more.tune as never }),
  });
  return locate(
    definePipeline('search', ({ add }) => void add(step)),
    { step: 'fit', store: '/store' },
  );
}

const tune = { metric: 'metrics.error', goal: 'minimize', trials: 3, search } as unknown as NonNullable<
  StepSpec['tune']
>;
const place = placeOf({ tune });
const texts = { rate: '0.5', depth: '3', booster: 'tree', leaves: '7', balanced: 'false' };

test('texts become values of the searched parameters, in whichever way an engine writes them', () => {
  const values = (changed: object) => nativeTrial(place, { ...texts, ...changed }).values;
  expect(values({})).toEqual({ rate: 0.5, depth: 3, booster: 'tree', leaves: 7, balanced: false });
  expect(values({ rate: '1e-05', depth: '3.0', leaves: '7.0', balanced: 'True' })).toMatchObject({
    rate: 0.00001,
    depth: 3,
    leaves: 7,
    balanced: true,
  });
  expect(values({ leaves: '1e+21', booster: 'a "b" $c' })).toMatchObject({ leaves: 1e21, booster: 'a "b" $c' });
});

test('any value survives as a text', () => {
  const value = fc.record({
    rate: fc.double({ noNaN: true, noDefaultInfinity: true }),
    depth: fc.maxSafeInteger(),
    booster: fc.constantFrom(...search.booster),
    leaves: fc.constantFrom(...search.leaves),
    balanced: fc.boolean(),
  });
  fc.assert(
    fc.property(value, (values) => {
      const given = Object.fromEntries(Object.entries(values).map(([name, one]) => [name, String(one)]));
      expect(nativeTrial(place, given).values).toEqual({ ...values, rate: values.rate + 0 });
    }),
  );
});

test('the same values have the same place, others another', () => {
  const { folder, id } = nativeTrial(place, texts);
  expect(folder).toBe(join('/store/trials/fit', id));
  const reversed = Object.fromEntries(Object.entries({ ...texts, rate: '5e-1' }).reverse());
  expect(nativeTrial(place, reversed).id).toBe(id);
  expect(nativeTrial(place, { ...texts, rate: '0.6' }).id).not.toBe(id);
});

test.each([
  [{ rates: '1' }, "--trial.rates: step 'fit' of 'search' doesn't search 'rates'", "did you mean 'rate'?"],
  [{ rate: undefined }, '--trial.rate is missing, expected a number', 'give one --trial.NAME=VALUE per searched'],
  [{ rate: 'fast' }, "--trial.rate is 'fast', expected a number", "give what the step's tune.search has for 'rate'"],
  [{ rate: '' }, "--trial.rate is '', expected a number", ''],
  [{ depth: '2.5' }, "--trial.depth is '2.5', expected a whole number", ''],
  [{ booster: 'bush' }, `--trial.booster is 'bush', expected one of tree, a "b" $c`, ''],
  [{ balanced: '1' }, "--trial.balanced is '1', expected one of true, false", ''],
])('%j is refused', (changed, message, hint) => {
  const given = Object.fromEntries(Object.entries({ ...texts, ...changed }).filter(([, text]) => text !== undefined));
  const refused = errorOf(() => nativeTrial(place, given as Record<string, string>));
  expect(refused).toMatchObject({ code: 'usage', message });
  expect(refused.hint).toContain(hint);
});

test('a step that does not search has no trials; nor has one whose output is in the way', () => {
  expect(errorOf(() => searchOf(placeOf()))).toMatchObject({
    code: 'usage',
    message: "step 'fit' of 'search' doesn't search, it has no trials",
  });
  expect(errorOf(() => searchOf(placeOf({ tune, outputs: { trial: json() } })))).toMatchObject({
    code: 'config',
    message: "output 'trial' of step 'fit' of 'search' is a file trial.json, which each trial has",
  });
});

function errorOf(work: () => unknown): PlatformError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof PlatformError) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
}
