import { resolve } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { readOutcomes, type StepOutcome } from '@ml-platform/pipeline';
import { type ModelManifest, openSqliteRegistry, readModelManifest } from '@ml-platform/registry';
import { WORKSPACE } from '../workspace.ts';
import { findPipeline } from './find-pipeline.ts';
import { checkPortIsFree } from './free-port.ts';
import { START_HELP, type StartOptions, startOptions } from './options.ts';
import { runPipeline } from './run-pipeline.ts';
import { samplePrediction } from './sample-prediction.ts';
import { invitation, type Started, summary } from './summary.ts';

const HOST = '127.0.0.1';

/**
 * Runs a pipeline, serves the model that it registered, asks it for a prediction and says where it answers; then serves
 * until a signal comes, or ends with `once`.
 *
 * @throws PlatformError `environment` where the port is taken, `step` where the pipeline failed, `notFound` where there
 * is no such pipeline, or no model.
 */
export async function start(args: readonly string[]): Promise<void> {
  const options = startOptions(args);
  if (options === undefined) return void process.stdout.write(START_HELP);
  const { port, once } = options;
  await checkPortIsFree({ host: HOST, port });
  const { document, project } = findPipeline(WORKSPACE, options.pipeline);
  const startedAt = Date.now();
  await runPipeline(WORKSPACE, document.name, options);
  const seconds = (Date.now() - startedAt) / 1000;
  const steps = await readOutcomes(document, project);
  const served = { ...options, model: options.model ?? document.name, models: resolve(WORKSPACE, options.models) };
  const manifest = await findManifest(served, steps);
  const { closeOnSignal, serve } = await import('@ml-platform/model-server');
  const { app, listening } = await serve({ ...served, host: HOST });
  try {
    const prediction = await samplePrediction(listening.predict, manifest);
    report({ pipeline: document.name, seconds, steps, service: listening, prediction }, options);
  } catch (thrown) {
    await app.close();
    throw thrown;
  }
  if (once) await app.close();
  else closeOnSignal(app);
}

async function findManifest(
  { model, models, alias }: { readonly model: string; readonly models: string; readonly alias: string },
  steps: readonly StepOutcome[],
): Promise<ModelManifest> {
  try {
    const registry = await openSqliteRegistry(models, { create: false });
    try {
      return await readModelManifest((await registry.get(model, alias)).location);
    } finally {
      await registry.close();
    }
  } catch (cause) {
    throw afterGates(cause, steps);
  }
}

/** Where nothing is registered because a gate said no, that is the reason to give. */
function afterGates(cause: unknown, steps: readonly StepOutcome[]): unknown {
  const skipped = steps.filter(({ status }) => status === 'skipped').map(({ step, reason }) => `'${step}' (${reason})`);
  if (skipped.length === 0 || !(cause instanceof PlatformError)) return cause;
  return new PlatformError(`${cause.message}; this run skipped ${skipped.join(', ')}`, {
    code: cause.code,
    hint: 'train a better model, or lower the bound of the gate in the pipeline',
    cause,
  });
}

function report(started: Started, { json, once }: StartOptions): void {
  if (json) return void process.stdout.write(`${JSON.stringify(started)}\n`);
  process.stdout.write(summary(started));
  if (!once) process.stdout.write(invitation(started));
}
