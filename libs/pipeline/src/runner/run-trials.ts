import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import type { StepDocument, Tune } from '../document/document.ts';
import type { Trial } from './run-record.ts';
import { trialValues } from './trials.ts';

/** Runs the step into a folder. */
export type RunTrial = (folder: string, params: Record<string, unknown>) => Promise<void>;

/**
 * Runs each trial of a step, and leaves in `folder` what the best one left; never more than two of them take disk.
 *
 * @throws PlatformError `step` where a trial's metric is no number.
 */
export async function runTrials(
  { name, outputs }: StepDocument,
  tune: Tune,
  folder: string,
  runs: readonly Record<string, unknown>[],
  run: RunTrial,
  log: (message: string) => void = () => undefined,
): Promise<Trial[]> {
  const trials: Trial[] = [];
  const [best, current] = [join(folder, '.best'), join(folder, '.trial')];
  for (const [index, params] of runs.entries()) {
    await mkdir(current);
    await run(current, params);
    const value = await readMetric(join(current, outputs[tune.metric.output]?.path ?? ''), tune, name);
    trials.push({ params, value });
    const isBest = bestOf(trials, tune.goal) === index;
    const values = JSON.stringify(trialValues(tune, index));
    log(
      `trial ${index + 1}/${runs.length} ${values}: ${tune.metric.name} ${value}${isBest ? ', the best so far' : ''}`,
    );
    if (isBest) await replace(current, best);
    else await rm(current, { recursive: true });
  }
  for (const { path } of Object.values(outputs)) await rename(join(best, path), join(folder, path));
  await rm(best, { recursive: true });
  return trials;
}

/** The index of the best trial, the first of equal ones. */
export function bestOf(trials: readonly Trial[], goal: Tune['goal']): number {
  const values = trials.map(({ value }) => value);
  return values.indexOf(goal === 'maximize' ? Math.max(...values) : Math.min(...values));
}

async function replace(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await rename(from, to);
}

/**
 * What a trial is compared by, out of the metrics that it left.
 *
 * @throws PlatformError `step` where that is no number.
 */
export async function readMetric(path: string, { metric }: Tune, step: string): Promise<number> {
  const value = (JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>)[metric.name];
  if (typeof value === 'number') return value;
  throw new PlatformError(`a trial of step '${step}' left no number '${metric.name}' in '${metric.output}'`, {
    code: 'step',
    hint: 'write it with writeMetrics, or tune by another metric',
  });
}
