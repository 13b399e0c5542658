import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { PipelineDocument } from '@ml-platform/pipeline';
import { type Seen, together } from '../step-statuses.ts';

/** Something that a step was run as: a job, a task or a call of a function. */
export interface StartedJob {
  readonly step: string;
  readonly service: 'batch' | 'sagemaker' | 'ecs' | 'lambda';
  /** What the service said when it took it; of a function, what it was called with. */
  readonly answer: unknown;
  readonly from: Date;
  readonly to?: Date;
}

/** One time that an execution was in a state. */
interface Visit {
  readonly state: string;
  readonly from: Date;
  to?: Date;
  failure?: string;
  readonly jobs: Omit<StartedJob, 'step' | 'from'>[];
}

const SERVICES = ['batch', 'sagemaker', 'ecs', 'lambda'] as const;

/** What became of each step that an execution came to. */
export function seenSteps(document: PipelineDocument, history: readonly HistoryEvent[], isOver: boolean) {
  const visits = visitsOf(history);
  const seen = document.steps.flatMap(({ name }): [string, Seen][] => {
    if (visits.some(({ state }) => state === `${name}: skipped`)) return [[name, { state: 'skipped' }]];
    const own = visits.filter(({ state }) => state === name || state === `${name}: item`);
    const all = own.map((visit) => seenVisit(visit, isOver));
    const found = together(all);
    return found === undefined ? [] : [[name, found]];
  });
  return new Map(seen);
}

/** A failure may be followed by another attempt, as long as the execution goes on. */
function seenVisit({ from: startedAt, to: endedAt, failure }: Visit, isOver: boolean): Seen {
  if (endedAt !== undefined) return { state: 'succeeded', startedAt, endedAt };
  if (!isOver) return { state: 'running', startedAt };
  return { state: 'failed', startedAt, reason: failure ?? 'stopped with the run' };
}

/** The jobs of steps, in the order in which they were started: further attempts and items of a loop included. */
export function startedJobs(document: PipelineDocument, history: readonly HistoryEvent[]): StartedJob[] {
  const stepOf = new Map(
    document.steps.flatMap(({ name }) => [[name, name] as const, [`${name}: item`, name] as const]),
  );
  return visitsOf(history).flatMap(({ state, from, jobs, to }) => {
    const step = stepOf.get(state);
    return step === undefined ? [] : jobs.map((job) => ({ ...job, step, from, ...(to && { to }) }));
  });
}

/** Each event leads back to the entering of the state that it belongs to. */
function visitsOf(history: readonly HistoryEvent[]): Visit[] {
  const visitOf = new Map<number, Visit>();
  const visits: Visit[] = [];
  for (const event of history) {
    const { id = 0, previousEventId = 0, timestamp = new Date(0) } = event;
    const entered = event.stateEnteredEventDetails?.name;
    if (entered !== undefined) visits.push({ state: entered, from: timestamp, jobs: [] });
    const visit = entered === undefined ? visitOf.get(previousEventId) : visits.at(-1);
    if (visit === undefined) continue;
    visitOf.set(id, visit);
    note(visit, event, timestamp);
  }
  return visits;
}

function note(visit: Visit, event: HistoryEvent, timestamp: Date): void {
  // The end of a Parallel leads back to a branch of it.
  if (event.stateExitedEventDetails?.name === visit.state) visit.to = timestamp;
  const failure = failureOf(event);
  if (failure !== undefined) visit.failure = failure;
  const job = jobOf(event);
  if (job !== undefined) visit.jobs.push(job);
}

function jobOf({ taskSubmittedEventDetails: submitted, taskScheduledEventDetails: scheduled }: HistoryEvent) {
  const isCall = scheduled?.resourceType === 'lambda';
  const service = SERVICES.find((name) => name === (isCall ? 'lambda' : submitted?.resourceType));
  const text = isCall ? scheduled.parameters : submitted?.output;
  return service === undefined ? undefined : { service, answer: parsed(text) };
}

function failureOf(event: HistoryEvent): string | undefined {
  const {
    taskFailedEventDetails,
    taskTimedOutEventDetails,
    taskSubmitFailedEventDetails,
    taskStartFailedEventDetails,
  } = event;
  const details =
    taskFailedEventDetails ?? taskTimedOutEventDetails ?? taskSubmitFailedEventDetails ?? taskStartFailedEventDetails;
  if (details === undefined) return undefined;
  const told = parsed(details.cause) as Readonly<Record<string, unknown>> | undefined;
  const container = told?.Container as { Reason?: string } | undefined;
  const words = [told?.StatusReason, container?.Reason, told?.FailureReason, told?.StoppedReason, told?.errorMessage];
  const said = words.filter((word) => typeof word === 'string').join('; ');
  return said || details.cause || details.error || 'failed';
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
