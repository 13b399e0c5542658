import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { PipelineDocument } from '@ml-platform/pipeline';
import { expect, test } from 'vitest';
import { seenSteps, startedJobs } from './history.ts';

const names = ['ingest', 'left', 'right', 'each', 'last'];
const document = { name: 'sales', steps: names.map((name) => ({ name })) } as unknown as PipelineDocument;
const second = (at: number) => new Date(Date.UTC(2026, 0, 31, 6, 30, at));

/** A second apart; each leads back to another one. */
function history(
  ...events: [previous: number, details: Omit<HistoryEvent, 'id' | 'timestamp' | 'type'>][]
): HistoryEvent[] {
  return events.map(([previousEventId, details], index) => ({
    id: index + 1,
    timestamp: second(index + 1),
    type: 'TaskScheduled',
    previousEventId,
    ...details,
  }));
}

const entered = (name: string) => ({ stateEnteredEventDetails: { name } });
const exited = (name: string) => ({ stateExitedEventDetails: { name } });
const failed = (cause: object) => ({
  taskFailedEventDetails: {
    resourceType: 'batch',
    resource: 'submitJob.sync',
    error: 'States.TaskFailed',
    cause: JSON.stringify(cause),
  },
});
const submitted = (JobId: string) => ({
  taskSubmittedEventDetails: { resourceType: 'batch', resource: 'submitJob.sync', output: JSON.stringify({ JobId }) },
});

test('side by side, one after the other, skipped by a gate, and not come to yet', () => {
  const events = history(
    [0, entered('ingest')],
    [1, submitted('a')],
    [2, exited('ingest')],
    [3, entered('Parallel 1')],
    [4, entered('left')],
    [4, entered('right')],
    [5, submitted('b')],
    [6, submitted('c')],
    [7, exited('left')],
    [8, entered('each: skipped')],
    // The end of the Parallel leads back to a branch.
    [9, exited('Parallel 1')],
  );
  const seen = seenSteps(document, events, false);
  expect(seen.get('ingest')).toEqual({ state: 'succeeded', startedAt: second(1), endedAt: second(3) });
  expect(seen.get('left')).toEqual({ state: 'succeeded', startedAt: second(5), endedAt: second(9) });
  expect(seen.get('right')).toEqual({ state: 'running', startedAt: second(6) });
  expect(seen.get('each')).toEqual({ state: 'skipped' });
  expect(seen.has('last')).toBe(false);
  expect(startedJobs(document, events).map(({ step, answer }) => [step, answer])).toEqual([
    ['ingest', { JobId: 'a' }],
    ['left', { JobId: 'b' }],
    ['right', { JobId: 'c' }],
  ]);
});

test('an attempt that fails may be followed by another; after the end it was the last', () => {
  const reason = { StatusReason: 'Essential container in task exited', Container: { Reason: 'OutOfMemoryError' } };
  const events = history([0, entered('ingest')], [1, submitted('a')], [2, failed(reason)]);
  expect(seenSteps(document, events, false).get('ingest')?.state).toBe('running');
  expect(seenSteps(document, events, true).get('ingest')).toEqual({
    state: 'failed',
    startedAt: second(1),
    reason: 'Essential container in task exited; OutOfMemoryError',
  });
  const again = [
    ...events,
    ...history([3, submitted('b')], [4, exited('ingest')]).map((event, index) => ({ ...event, id: 4 + index })),
  ];
  expect(seenSteps(document, again, true).get('ingest')?.state).toBe('succeeded');
});

test('a loop is its items and what looks whether all are there', () => {
  const items = history(
    [0, entered('each: items')],
    [1, entered('each: item')],
    [1, entered('each: item')],
    [2, submitted('a')],
    [3, submitted('b')],
    [4, exited('each: item')],
  );
  expect(seenSteps(document, items, false).get('each')?.state).toBe('running');
  expect(startedJobs(document, items).map(({ step }) => step)).toEqual(['each', 'each']);
});

test('functions and jobs of other services', () => {
  const scheduled = {
    resourceType: 'lambda',
    resource: 'invoke',
    region: 'eu-central-1',
    parameters: '{"FunctionName":"notify"}',
  };
  const events = history([0, entered('last')], [1, { taskScheduledEventDetails: scheduled }], [2, exited('last')]);
  expect(startedJobs(document, events)).toEqual([
    { step: 'last', service: 'lambda', answer: { FunctionName: 'notify' }, from: second(1), to: second(3) },
  ]);
});
