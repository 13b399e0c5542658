import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { messageOf } from '@ml-platform/errors';
import { readOutcomes, type StepOutcome, toPosix } from '@ml-platform/pipeline';
import type { ModelVersion } from '@ml-platform/registry';
import { compareInRegistry } from '../models/comparison/compare-in-registry.ts';
import { keptOf } from '../models/comparison/measured.ts';
import { CANDIDATE, pushVersion } from '../models/push-version.ts';
import { withRegistry } from '../models/registry-location.ts';
import type { FoundPipeline } from '../start/find-pipeline.ts';
import { runPipeline } from '../start/run-pipeline.ts';
import { measureAgain } from './measure-again.ts';
import type { TrainOptions } from './options.ts';
import type { Outcome } from './outcome.ts';
import { type RegistrationStep, registrationSteps } from './registrations.ts';

export interface Training {
  readonly workspace: string;
  /** Location of the registry whose champion counts. */
  readonly shared: string;
  readonly options: TrainOptions;
}

/** A pipeline whose parameters were read and are right. */
export interface ReadyPipeline extends FoundPipeline {
  readonly registrations: readonly RegistrationStep[];
}

/**
 * Reads what a pipeline registers, before any pipeline runs.
 *
 * @throws PlatformError `config` as `registrationSteps`.
 */
export function ready(found: FoundPipeline, options: TrainOptions): ReadyPipeline {
  return { ...found, registrations: registrationSteps(found.document, found.project, options) };
}

/** Runs a pipeline; what comes of each model that it registers. A failure is an outcome as well. */
export async function trainPipeline(pipeline: ReadyPipeline, training: Training): Promise<Outcome[]> {
  if (!training.options.sample) return outcomesOf(pipeline, training);
  const folder = await mkdtemp(join(tmpdir(), 'sample-'));
  try {
    const registrations = pipeline.registrations.map((one) => ({ ...one, modelsFolder: folder }));
    return await outcomesOf({ ...pipeline, registrations }, training);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function outcomesOf(pipeline: ReadyPipeline, training: Training): Promise<Outcome[]> {
  const { document, project, registrations } = pipeline;
  const { workspace, options } = training;
  const own = registrations.flatMap(({ paramsKey, modelsFolder }) => [
    `${paramsKey}.alias=${CANDIDATE}`,
    ...(options.sample ? [`${paramsKey}.modelsFolder=${JSON.stringify(modelsFolder)}`] : []),
  ]);
  try {
    await runPipeline(workspace, document.name, { ...options, params: [...options.params, ...own] });
  } catch (thrown) {
    return [{ pipeline: document.name, status: 'failed', reason: messageOf(thrown) }];
  }
  const steps = await readOutcomes(document, project);
  const outcomes: Outcome[] = [];
  for (const one of registrations) outcomes.push(await outcomeOf(one, steps, pipeline, training));
  return outcomes;
}

async function outcomeOf(
  { step, model, modelsFolder }: RegistrationStep,
  steps: readonly StepOutcome[],
  found: ReadyPipeline,
  { workspace, shared, options }: Training,
): Promise<Outcome> {
  const { sample, push } = options;
  const pipeline = found.document.name;
  const { status, reason = '' } = steps.find((one) => one.step === step) ?? { status: 'missing' };
  if (sample) return { pipeline, model, status: 'sampled', metrics: metricsOf(steps) };
  if (status !== 'done') return { pipeline, model, status: 'keptBack', reason: reason || `step '${step}' did not run` };
  const reports = steps.flatMap((one) => one.reports.map((path) => toPosix(relative(workspace, path))));
  const candidate = await withRegistry(resolve(workspace, modelsFolder), (local) => local.get(model, CANDIDATE));
  const measure = (champion: ModelVersion) => measureAgain(champion, step, found, options);
  return withRegistry(
    shared,
    async (registry) => {
      const comparison = await compareInRegistry(candidate, registry, { workspace, measure });
      const made = { ...candidate, lineage: { ...candidate.lineage, ...keptOf(comparison) } };
      const pushed = push ? await pushVersion(made, registry, comparison.passes ? CANDIDATE : undefined) : undefined;
      return { pipeline, model, status: 'trained', comparison, reports, ...(pushed && { pushed: pushed.version }) };
    },
    { create: true },
  );
}

function metricsOf(steps: readonly StepOutcome[]): Record<string, number> {
  return Object.assign({}, ...steps.map(({ metrics }) => metrics)) as Record<string, number>;
}
