import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FEATURES, usedFeatures } from '../features.ts';
import { documentsWith, stressDocument } from './documents.ts';

test('the stress pipeline has 40 steps and asks for every feature', async () => {
  const document = await stressDocument();
  expect(document.steps).toHaveLength(40);
  expect(new Set(usedFeatures(document).map(({ feature }) => feature))).toEqual(new Set(FEATURES));
});

test('random documents ask for what they may, and for each of it at times', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(documentsWith(FEATURES), (document) => {
      for (const { feature } of usedFeatures(document)) seen.add(feature);
    }),
  );
  expect(seen).toEqual(new Set(FEATURES));
  const some = documentsWith(['params', 'retry']);
  fc.assert(
    fc.property(some, (document) => usedFeatures(document).every(({ feature }) => /params|retry/.test(feature))),
  );
});
