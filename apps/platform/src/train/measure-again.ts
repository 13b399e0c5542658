import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '@ml-platform/errors';
import { artifactsFolder, upstream } from '@ml-platform/pipeline';
import type { ModelVersion } from '@ml-platform/registry';
import { exportModel } from '@ml-platform/registry/shared';
import { execa } from 'execa';
import { z } from 'zod';
import type { Measured } from '../models/comparison/measured.ts';
import type { FoundPipeline } from '../start/find-pipeline.ts';
import { parameterFlags } from '../start/run-pipeline.ts';
import { type Evaluation, evaluationOf } from './evaluation.ts';
import type { TrainOptions } from './options.ts';

const RUN_STEP = fileURLToPath(import.meta.resolve('@ml-platform/pipeline/run-step'));
const metricsSchema = z.record(z.string(), z.number());

/**
 * Measures a version by the step that has just measured what the pipeline made, on the same data: the project's own
 * artifacts stay as they are.
 */
export async function measureAgain(
  version: ModelVersion,
  registration: string,
  pipeline: FoundPipeline,
  options: Pick<TrainOptions, 'params' | 'environment' | 'json'>,
): Promise<Measured> {
  const evaluation = evaluationOf(pipeline.document, registration);
  if (evaluation === undefined) return { reason: `no step of ${pipeline.document.name} measures a model by itself` };
  const store = await mkdtemp(join(tmpdir(), 'measure-'));
  try {
    await layOut(store, version, evaluation, pipeline);
    const failure = await runEvaluation(store, evaluation, pipeline, options);
    if (failure !== undefined) return { reason: failure };
    const text = await readFile(join(artifactsFolder(store, evaluation.step.name), evaluation.metricsPath), 'utf8');
    return { metrics: metricsSchema.parse(JSON.parse(text)) };
  } catch (thrown) {
    return { reason: messageOf(thrown) };
  } finally {
    await rm(store, { recursive: true, force: true });
  }
}

/** What the step reads, by links; but for the model, which is the version. */
async function layOut(
  store: string,
  version: ModelVersion,
  { step, model }: Evaluation,
  { project }: FoundPipeline,
): Promise<void> {
  await mkdir(join(store, 'artifacts'));
  for (const name of upstream(step)) {
    const [from, to] = [artifactsFolder(project, name), artifactsFolder(store, name)];
    if (name !== model.step) {
      await symlink(from, to);
      continue;
    }
    await mkdir(to);
    for (const entry of await readdir(from)) {
      if (entry !== model.path) await symlink(join(from, entry), join(to, entry));
    }
    await exportModel(version, join(to, model.path));
  }
}

/** Returns what went wrong, such as a model of other columns. */
async function runEvaluation(
  store: string,
  { step }: Evaluation,
  { project }: FoundPipeline,
  options: Pick<TrainOptions, 'params' | 'environment' | 'json'>,
): Promise<string | undefined> {
  const args = ['--pipeline', join(project, 'src/pipeline.ts'), '--step', step.name, '--store', store];
  const { exitCode, stderr } = await execa(process.execPath, [RUN_STEP, ...args, ...parameterFlags(options)], {
    stdin: 'ignore',
    stdout: options.json ? 2 : 'inherit',
    stderr: ['inherit', 'pipe'],
    reject: false,
  });
  return exitCode === 0
    ? undefined
    : (/^error: (.+)$/m.exec(stderr)?.[1] ?? `step '${step.name}' ended with ${exitCode}`);
}
