import { PlatformError } from '@ml-platform/errors';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RunStatus, StepState } from '../engines/engine.ts';
import type { OpenedEngine } from '../engines/open-engine.ts';
import { progressOn } from './progress.ts';
import { checkSucceeded, watchRun } from './watch-run.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout'] }));
afterEach(() => vi.useRealTimers());

const look = (state: RunStatus['state'], ...states: StepState[]): RunStatus => ({
  run: 'r',
  state,
  steps: states.map((one, index) => ({ step: `step-${index}`, state: one, ...(one === 'running' && { seconds: 7 }) })),
});

/** An engine whose looks at a run come one after the other. */
function engineOf(looks: (RunStatus | PlatformError)[]): OpenedEngine {
  const status = async () => {
    const next = looks.shift();
    if (next === undefined || next instanceof PlatformError) throw next;
    return next;
  };
  return { status } as unknown as OpenedEngine;
}

const away = new PlatformError('nobody there', { code: 'environment', hint: 'wait' });

async function watched(looks: (RunStatus | PlatformError)[], isTTY: boolean): Promise<string> {
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  const stream = { isTTY, columns: 60, write } as unknown as NodeJS.WriteStream;
  const watching = watchRun(engineOf(looks), 'r', progressOn(stream).changed);
  watching.catch(() => undefined);
  for (let turn = 0; turn < 30; turn++) await vi.advanceTimersByTimeAsync(20_000);
  await watching;
  return text;
}

const LOOKS = [
  look('running', 'running', 'waiting'),
  look('running', 'running', 'waiting'),
  look('running', 'succeeded', 'running'),
  look('succeeded', 'succeeded', 'skipped'),
];

test('a line per change; on a terminal also how many are done, written over', async () => {
  expect(await watched([...LOOKS], false)).toBe(
    'step-0: running since 7 s\nstep-0: succeeded\nstep-1: running since 7 s\nstep-1: skipped\n',
  );
  const clear = '\r\u001b[K';
  const text = await watched([...LOOKS], true);
  expect(text).toContain(`${clear}1 of 2 steps done, running: step-1 (7 s)${clear}step-1: skipped\n${clear}`);
});

test('an engine that is away for a while is asked again, one that stays away is not', async () => {
  expect(await watched([away, away, ...LOOKS], false)).toContain('step-1: skipped');
  await expect(watched([away, away, away, away, away, ...LOOKS], false)).rejects.toThrow('nobody there');
  const refused = new PlatformError('no such run', { code: 'notFound', hint: '' });
  await expect(watched([refused, ...LOOKS], false)).rejects.toThrow('no such run');
});

test('a run that has not succeeded is an error of a step, with what to type next', () => {
  expect(() => checkSucceeded(look('succeeded', 'succeeded'), 'next')).not.toThrow();
  expect(() => checkSucceeded(look('failed', 'failed'), 'next')).toThrow('run r has failed: step-0: failed');
  expect(() => checkSucceeded(look('stopped', 'skipped'), 'next')).toThrow('run r was stopped: no step says why');
});
