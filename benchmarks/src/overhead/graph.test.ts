import { expect, test } from 'vitest';
import { fanOuts } from './graph.ts';

test('of every ten steps, nine fan out from the ten before, and the tenth joins them', () => {
  const steps = fanOuts(30);
  expect(steps).toHaveLength(30);
  expect(steps.slice(0, 9).map(({ kind, from }) => [kind, from])).toEqual(Array(9).fill(['start', []]));
  expect(steps[9]).toEqual({ name: 'step10', kind: 'join', from: steps.slice(0, 9).map(({ name }) => name) });
  expect(steps[10]).toEqual({ name: 'step11', kind: 'work', from: ['step10'] });
  expect(steps[29]?.from).toEqual(steps.slice(20, 29).map(({ name }) => name));
});

test.each([10, 100, 1000])('%d steps: each is given results of earlier ones alone', (count) => {
  const seen = new Set<string>();
  for (const { name, from } of fanOuts(count)) {
    expect(from.filter((other) => !seen.has(other))).toEqual([]);
    seen.add(name);
  }
  expect(seen.size).toBe(count);
});
