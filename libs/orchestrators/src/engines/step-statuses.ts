import type { PipelineDocument } from '@ml-platform/pipeline';
import type { RunStatus, StepState, StepStatus } from './engine.ts';

/** What an engine tells of a step. */
export interface Seen {
  readonly state: StepState;
  readonly reason?: string | undefined;
  readonly startedAt?: Date | undefined;
  readonly endedAt?: Date | undefined;
}

/**
 * A run's status, a step per step of the pipeline in the order of definition. A step that the engine hasn't come to is
 * waiting; once the run is over it was skipped.
 */
export function runStatus(
  run: string,
  state: RunStatus['state'],
  { document, seen, reason }: SeenRun,
  now = new Date(),
): RunStatus {
  const unseen = { running: { state: 'waiting' }, succeeded: { state: 'skipped' } } as const;
  const over = { state: 'skipped', reason: 'the run ended before it' } as const;
  const steps = document.steps.map(({ name }) => {
    const told: Seen = seen.get(name) ?? (state === 'running' || state === 'succeeded' ? unseen[state] : over);
    return stepStatus(name, told, now);
  });
  return { run, state, ...(reason && { reason }), steps };
}

export interface SeenRun {
  readonly document: PipelineDocument;
  readonly seen: ReadonlyMap<string, Seen>;
  readonly reason?: string | undefined;
}

function stepStatus(step: string, { state, reason, startedAt, endedAt }: Seen, now: Date): StepStatus {
  const until = endedAt ?? (state === 'running' ? now : undefined);
  const told = { step, state, ...(reason && { reason }) };
  // Engines have times for what never began as well.
  if (state === 'skipped' || state === 'waiting') return told;
  return {
    ...told,
    ...(startedAt && { startedAt: startedAt.toISOString() }),
    ...(startedAt && until && { seconds: Math.max(0, Math.round((until.getTime() - startedAt.getTime()) / 1000)) }),
  };
}

/** The state of a step that several tasks make up: the worst of them, and running as long as one isn't done. */
export function together(all: readonly Seen[]): Seen | undefined {
  const order: readonly StepState[] = ['failed', 'running', 'waiting', 'succeeded', 'skipped'];
  const worst = all.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))[0];
  if (worst === undefined || all.length === 1) return worst;
  const mixed = worst.state === 'waiting' && all.some(({ state }) => state === 'succeeded');
  const startedAt = extreme(
    all.map((one) => one.startedAt),
    Math.min,
  );
  const endedAt = extreme(
    all.map((one) => one.endedAt),
    Math.max,
  );
  const isOver = all.every(({ state }) => state !== 'running' && state !== 'waiting');
  return { ...worst, ...(mixed && { state: 'running' }), startedAt, endedAt: isOver ? endedAt : undefined };
}

/**
 * By step, where an engine that leads a step's search has a task for its trials: they are part of the step, which isn't done
 * before its own task has taken the best of them.
 */
export function seenWithTrials(
  tasks: readonly (readonly [task: string, Seen])[],
  stepOf: (task: string) => string,
): Map<string, Seen> {
  const own = new Map(tasks);
  const trials = tasks.filter(([task]) => stepOf(task) !== task);
  const searched = trials.flatMap(([task, seen]): [string, Seen][] => {
    const step = stepOf(task);
    const both = together([seen, own.get(step) ?? { state: 'waiting' }]);
    return both ? [[step, both]] : [];
  });
  return new Map([...own, ...searched]);
}

function extreme(dates: readonly (Date | undefined)[], choose: (...times: number[]) => number): Date | undefined {
  const times = dates.flatMap((date) => (date === undefined ? [] : [date.getTime()]));
  return times.length === 0 ? undefined : new Date(choose(...times));
}

/** A date in text, where there is one. */
export function dateOf(text: string | null | undefined): Date | undefined {
  return text ? new Date(text) : undefined;
}
