import { expect, test } from 'vitest';
import { timing } from '../measure.ts';
import { lowestGoal } from './lowest-goal.ts';

const timings = [timing('ours', [30]), timing('make', [1]), timing('a peer', [40]), timing('another', [50])];

test('the goal is set by the quickest of the peers that were timed', () => {
  expect(lowestGoal('ours', timings, ['a peer', 'another', 'absent'])).toMatchObject([{ measured: 0.75, met: true }]);
  expect(lowestGoal('ours', timings, [])).toEqual([]);
});

test('without a time of our own it is missed', () => {
  expect(lowestGoal('ended early', timings, ['a peer'])).toMatchObject([{ met: false }]);
});
