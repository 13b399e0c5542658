import { type PipelineDocument, parseDuration, type StepDocument, upstream } from '@ml-platform/pipeline';
import { describeCondition, skippableSteps } from '../graph.ts';
import { engineTimeout } from '../timeout.ts';

/** One BashOperator, in the words of dag.py. Times in seconds. */
export interface DagTask {
  readonly id: string;
  readonly description: string;
  /** A template of a bash command; `arguments` is a filter of dag.py. */
  readonly command: string;
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

/** BashOperator's own default for `skip_on_exit_code`. */
const SKIPPED = 99;

export function dagTasks(document: PipelineDocument, runStep: string): DagTask[] {
  const skippable = skippableSteps(document);
  return document.steps.map((step) => ({
    id: step.name,
    description: step.description ?? '',
    command: command(step, runStep, skippable.has(step.name)),
    upstream: upstream(step),
    gates: (step.when ?? []).map(describeCondition),
    ...retries(step),
    timeout: engineTimeout(step) ?? null,
  }));
}

/**
 * The shell gives way to the step, which then sees when Airflow ends. Not so where the step can be skipped: somebody has
 * to look for the marker afterwards.
 */
function command({ name }: StepDocument, runStep: string, skippable: boolean): string {
  const run = `node ${quote(runStep)} --pipeline src/pipeline.ts --step ${name} {{ params | arguments }}`;
  return skippable ? `${run} || exit; test ! -e artifacts/${name}/skipped.json || exit ${SKIPPED}` : `exec ${run}`;
}

/** Airflow waits 5 minutes before a second run unless told otherwise; where the document says nothing there is no pause. */
function retries({ retry }: StepDocument) {
  const { attempts = 1, backoff = '', factor = 2 } = retry ?? {};
  const retryDelay = parseDuration(backoff) ?? 0;
  return { retries: attempts - 1, retryDelay, retryFactor: retryDelay === 0 || factor === 1 ? 0 : factor };
}

function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
