import type { PipelineDocument } from '@ml-platform/pipeline';
import { expect, test } from 'vitest';
import { runStatus, seenWithTrials, together } from './step-statuses.ts';

const document = { steps: [{ name: 'first' }, { name: 'second' }] } as unknown as PipelineDocument;
const at = (second: number) => new Date(Date.UTC(2026, 0, 31, 6, 30, second));

test('a step that has not been come to waits; once a run is over it was skipped', () => {
  const seen = new Map([['first', { state: 'running', startedAt: at(0) } as const]]);
  const look = (state: Parameters<typeof runStatus>[1]) => runStatus('r', state, { document, seen }, at(9)).steps;
  expect(look('running')).toEqual([
    { step: 'first', state: 'running', startedAt: at(0).toISOString(), seconds: 9 },
    { step: 'second', state: 'waiting' },
  ]);
  expect(look('succeeded')[1]).toEqual({ step: 'second', state: 'skipped' });
  expect(look('failed')[1]).toEqual({ step: 'second', state: 'skipped', reason: 'the run ended before it' });
});

test('tasks of one step together: the worst, from the first to the last', () => {
  const done = { state: 'succeeded', startedAt: at(0), endedAt: at(3) } as const;
  expect(together([])).toBeUndefined();
  expect(together([done, { state: 'succeeded', startedAt: at(1), endedAt: at(9) }])).toEqual({
    ...done,
    endedAt: at(9),
  });
  expect(together([done, { state: 'waiting' }])).toMatchObject({
    state: 'running',
    startedAt: at(0),
    endedAt: undefined,
  });
  expect(together([done, { state: 'failed', reason: 'no', startedAt: at(1), endedAt: at(2) }])).toMatchObject({
    state: 'failed',
    reason: 'no',
    startedAt: at(0),
    endedAt: at(3),
  });
});

test('a search is part of its step, which is done when the best trial is taken', () => {
  const stepOf = (task: string) => task.replace(/_trials$/, '');
  const done = { state: 'succeeded', startedAt: at(0), endedAt: at(3) } as const;
  const stateOf = (...tasks: Parameters<typeof seenWithTrials>[0]) => seenWithTrials(tasks, stepOf).get('first');
  expect(stateOf(['first_trials', { state: 'running', startedAt: at(1) }])).toMatchObject({ state: 'running' });
  expect(stateOf(['first_trials', done])).toMatchObject({ state: 'running', startedAt: at(0) });
  const taken = { state: 'succeeded', startedAt: at(4), endedAt: at(5) } as const;
  expect(stateOf(['first', taken], ['first_trials', done])).toEqual({ ...taken, startedAt: at(0) });
  expect(stateOf(['first_trials', { state: 'failed', reason: 'no' }])).toMatchObject({ state: 'failed', reason: 'no' });
  expect(stateOf(['first', taken])).toEqual(taken);
});
