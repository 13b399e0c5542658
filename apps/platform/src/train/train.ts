import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { sharedLocation } from '../models/push.ts';
import { LOCAL_REGISTRY, registryLocation } from '../models/registry-location.ts';
import { WORKSPACE } from '../workspace.ts';
import { choosePipelines } from './choose-pipelines.ts';
import { TRAIN_HELP, trainOptions } from './options.ts';
import { isRefused, type Outcome } from './outcome.ts';
import { ready, trainPipeline } from './train-pipeline.ts';
import { saidOf, trainingMarkdown, trainingText } from './training-report.ts';

/**
 * Trains pipelines one after the other, and reports on all of them, whatever becomes of each.
 *
 * @throws PlatformError before anything runs for what is asked or configured wrongly; `step` after the report, where a
 * pipeline failed or a gate says no.
 */
export async function train(args: readonly string[], workspace = WORKSPACE): Promise<void> {
  const options = trainOptions(args);
  if (options === undefined) return void process.stdout.write(TRAIN_HELP);
  const { push, registry, report, json } = options;
  const shared = push
    ? sharedLocation(registry, workspace, resolve(workspace, LOCAL_REGISTRY))
    : registryLocation(registry, workspace);
  const chosen = await choosePipelines(workspace, options);
  const pipelines = chosen.map((found) => ready(found, options));
  const outcomes: Outcome[] = [];
  for (const pipeline of pipelines) outcomes.push(...(await trainPipeline(pipeline, { workspace, shared, options })));
  if (report !== undefined) {
    await mkdir(dirname(report), { recursive: true });
    await writeFile(report, trainingMarkdown(outcomes));
  }
  process.stdout.write(json ? `${JSON.stringify({ outcomes })}\n` : trainingText(outcomes));
  const refused = outcomes.filter(isRefused);
  if (refused.length > 0) throw refusal(refused);
}

function refusal(refused: readonly Outcome[]): PlatformError {
  const said = refused.map((outcome) => `${outcome.pipeline}: ${saidOf(outcome)}`);
  return new PlatformError(said.join('\n       '), {
    code: 'step',
    hint: 'see what each step printed above, or what the gate allows: docs/models.md',
  });
}
