import { setTimeout } from 'node:timers/promises';
import { PlatformError } from '@ml-platform/errors';
import type { OpenedEngine } from '../engines/open-engine.ts';
import type { RunStatus, StepStatus } from '../engines/engine.ts';

/** Milliseconds between two looks at a run: soon at first, and not so often at a long one. */
const SHORTEST = 500;
const LONGEST = 15_000;
/** Looks in a row that may find nobody there. */
const PATIENCE = 5;

/** Calls `changed` with the status whenever it is another one, until the run is over. */
export async function watchRun(
  engine: OpenedEngine,
  run: string,
  changed: (now: RunStatus, before: RunStatus | undefined) => Promise<void> | void,
): Promise<RunStatus> {
  let before: RunStatus | undefined;
  for (let pause = SHORTEST; ; pause = Math.min(pause * 1.5, LONGEST)) {
    const now = await statusPatiently(engine, run);
    await changed(now, before);
    if (now.state !== 'running') return now;
    before = now;
    await setTimeout(pause);
  }
}

async function statusPatiently(engine: OpenedEngine, run: string): Promise<RunStatus> {
  for (let look = 1; ; look++) {
    try {
      return await engine.status(run);
    } catch (thrown) {
      const mayPass = thrown instanceof PlatformError && thrown.code === 'environment';
      if (!mayPass || look >= PATIENCE) throw thrown;
      await setTimeout(SHORTEST * 2 ** look);
    }
  }
}

/** Steps whose state is another one than before. */
export function changedSteps(now: RunStatus, before: RunStatus | undefined): StepStatus[] {
  const states = new Map(before?.steps.map(({ step, state }) => [step, state]));
  return now.steps.filter(({ step, state }) => state !== (states.get(step) ?? 'waiting'));
}

/** `train: succeeded in 43 s`. */
export function describeStep({ step, state, reason, seconds }: StepStatus): string {
  const time =
    seconds === undefined || state === 'waiting'
      ? ''
      : state === 'running'
        ? ` since ${seconds} s`
        : ` in ${seconds} s`;
  return `${step}: ${state}${time}${reason === undefined ? '' : `: ${reason}`}`;
}

/** @throws PlatformError `step` for a run that is over and hasn't succeeded. */
export function checkSucceeded({ run, state, reason, steps }: RunStatus, next: string): void {
  if (state === 'succeeded' || state === 'running') return;
  const failed = steps.filter((step) => step.state === 'failed').map(describeStep);
  const why = failed.length > 0 ? failed.join('; ') : (reason ?? 'no step says why');
  throw new PlatformError(`run ${run} ${state === 'stopped' ? 'was stopped' : 'has failed'}: ${why}`, {
    code: 'step',
    hint: `see what it said: ${next}`,
  });
}
