import { parseDuration, type StepDocument, upstream } from '@ml-platform/pipeline';
import { describeCondition } from '../graph.ts';
import { engineTimeout } from '../timeout.ts';

/** A task, in the words of the DAG files. Times in seconds. */
export interface DagTask {
  readonly id: string;
  readonly description: string;
  readonly upstream: readonly string[];
  /** The conditions that the step runs under. */
  readonly gates: readonly string[];
  readonly retries: number;
  readonly retryDelay: number;
  /** 0: the same pause each time. */
  readonly retryFactor: number;
  /** `null`: none, or in a loop, where the runner counts the time of each item apart. */
  readonly timeout: number | null;
}

/** By this code a step says that it was skipped; the default of BashOperator's `skip_on_exit_code`. */
export const SKIPPED = 99;

export function dagTask(step: StepDocument): DagTask {
  return {
    id: step.name,
    description: step.description ?? '',
    upstream: upstream(step),
    gates: (step.when ?? []).map(describeCondition),
    ...retries(step),
    timeout: engineTimeout(step) ?? null,
  };
}

/** Airflow waits 5 minutes before a second run unless told otherwise; where the document says nothing there is no pause. */
function retries({ retry }: StepDocument) {
  const { attempts = 1, backoff = '', factor = 2 } = retry ?? {};
  const retryDelay = parseDuration(backoff) ?? 0;
  return { retries: attempts - 1, retryDelay, retryFactor: retryDelay === 0 || factor === 1 ? 0 : factor };
}
