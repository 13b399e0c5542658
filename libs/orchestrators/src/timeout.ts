import { parseDuration, type StepDocument } from '@ml-platform/pipeline';

/** Seconds that an engine gives one run of a step; none in a loop, where the runner counts the time of each item apart. */
export function engineTimeout({ timeout, forEach }: StepDocument): number | undefined {
  return timeout && !forEach ? parseDuration(timeout) : undefined;
}

/** Seconds for all runs of a step and the pauses between them: where the step runner runs it again inside one job. */
export function timeoutOfAllRuns(step: StepDocument): number | undefined {
  const once = engineTimeout(step);
  const { attempts = 1, backoff = '', factor = 2 } = step.retry ?? {};
  const pause = parseDuration(backoff) ?? 0;
  const pauses = Array.from({ length: attempts - 1 }, (_, before) => pause * factor ** before);
  return once && Math.ceil(attempts * once + pauses.reduce((sum, seconds) => sum + seconds, 0));
}

/** Tells the step runner to run the step again where it fails: for an engine that doesn't. */
export function retryArguments({ retry }: StepDocument): string[] {
  return (retry?.attempts ?? 1) > 1 ? ['--retry'] : [];
}
