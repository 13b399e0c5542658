import { parseDuration, type StepDocument } from '@ml-platform/pipeline';

/** Seconds that an engine gives one run of a step; none in a loop, where the runner counts the time of each item apart. */
export function engineTimeout({ timeout, forEach }: StepDocument): number | undefined {
  return timeout && !forEach ? parseDuration(timeout) : undefined;
}
