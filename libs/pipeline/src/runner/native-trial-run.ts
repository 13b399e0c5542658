import { findInputs } from './find-inputs.ts';
import { skipReason, writeMarker } from './gate.ts';
import { outputPaths } from './layout.ts';
import { adoptTrial, type DoneTrial, type NativeTrial, noteTrial, searchOf } from './native-trial.ts';
import { reportMetric } from './native-trial-report.ts';
import type { Place } from './place.ts';
import { metricLines, publishMetrics } from './publish-values.ts';
import { checkOutputs, runInto, stopped } from './run-into.ts';
import type { ParamsOf, RunOptions, StepResult } from './run-step.ts';
import { bestOf } from './run-trials.ts';
import { replaceFolder } from './staged-folder.ts';

/**
 * Runs one trial of a search that an engine leads, and tells the engine how it went. Where the gate says no, the note of it
 * stands in the trial's folder.
 *
 * @throws PlatformError as `runStep`; `environment` where the engine's MLflow doesn't take the metric.
 */
export async function runNativeTrial(
  place: Place,
  { values, folder }: NativeTrial,
  paramsOf: ParamsOf,
  { log, signal, elsewhere, metricFiles = {} }: RunOptions,
): Promise<StepResult> {
  const { document, placed, described, store } = place;
  const { metric } = searchOf(place);
  const startedAt = Date.now();
  const seconds = () => (Date.now() - startedAt) / 1000;
  const reason = await skipReason(document, described, store);
  if (reason !== undefined) {
    await writeMarker(folder, reason);
    // An engine fails a search none of whose trials reports a number; these are all skipped alike.
    await reportMetric(metric, 0);
    return { step: described.name, status: 'skipped', reason, seconds: seconds(), outputs: {} };
  }
  const inputs = await findInputs(document, placed, store);
  const params = paramsOf(values);
  let value = 0;
  await replaceFolder(folder, async (staging) => {
    await runInto(outputPaths(described, staging), place, params, inputs, {
      ...(log && { log }),
      ...(signal && { signal }),
      ...(elsewhere && { elsewhere }),
    });
    if (signal?.aborted) throw stopped(place, signal);
    value = await noteTrial(described, searchOf(place), staging, params);
  });
  for (const line of await metricLines(described, folder)) log?.(line);
  await publishMetrics(described, folder, metricFiles);
  await reportMetric(metric, value);
  return { step: described.name, status: 'done', seconds: seconds(), outputs: outputPaths(described, folder) };
}

/**
 * Copies what the best trial left into `folder`.
 *
 * @throws PlatformError `step` for an output that is missing or is something else.
 */
export async function adoptBest(place: Place, trials: readonly DoneTrial[], folder: string): Promise<void> {
  const best = trials[bestOf(trials, searchOf(place).goal)];
  if (best === undefined) return;
  await adoptTrial(place, best.id, folder);
  await checkOutputs(place.placed, outputPaths(place.described, folder));
}
