import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { ObjectStore } from '@ml-platform/storage';
import type { Pipeline } from '../definition/define-pipeline.ts';
import { readOutputs, upstream } from '../document/check-document.ts';
import type { PipelineDocument, StepDocument } from '../document/document.ts';
import { toDocument } from '../document/to-document.ts';
import { artifactPath, artifactsFolder, runRecordFile, SKIP_MARKER } from '../runner/layout.ts';
import { type RunOptions, runStep, type StepResult } from '../runner/run-step.ts';

/**
 * Runs one step whose artifacts are kept in an object store, in the layout of a project's folder: fetches what the step
 * reads, runs it in a folder of its own, and puts there what it left. The run record goes last: where it is, all is.
 *
 * @throws PlatformError what `runStep` and the store throw.
 */
export async function runOnStore(
  pipeline: Pipeline,
  store: ObjectStore,
  options: Omit<RunOptions, 'store' | 'reuse'>,
): Promise<StepResult> {
  const folder = await mkdtemp(join(tmpdir(), 'run-step-'));
  try {
    const document = toDocument(pipeline);
    const step = document.steps.find(({ name }) => name === options.step);
    if (step) await fetchInputs(document, step, store, folder);
    const result = await runStep(pipeline, { ...options, store: folder });
    const [artifacts, record] = [artifactsFolder('', options.step), runRecordFile('', options.step)].map(posix);
    await store.remove(record ?? '');
    await store.remove(`${artifacts}/`);
    await store.upload(join(folder, artifacts ?? ''), artifacts ?? '');
    if (result.status === 'done') await store.upload(join(folder, record ?? ''), record ?? '');
    return { ...result, outputs: belowStore(result.outputs, folder) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The folder is gone when the step is done: paths as they are in the store. */
function belowStore(outputs: StepResult['outputs'], folder: string): StepResult['outputs'] {
  return Object.fromEntries(Object.entries(outputs).map(([name, path]) => [name, posix(relative(folder, path))]));
}

/** What the step reads, and the markers of the steps before it that were skipped. */
async function fetchInputs(
  document: PipelineDocument,
  step: StepDocument,
  store: ObjectStore,
  folder: string,
): Promise<void> {
  const markers = upstream(step).map((name) => posix(join(artifactsFolder('', name), SKIP_MARKER)));
  const read = readOutputs(step).map((reference) => posix(artifactPath(document, reference, '')));
  for (const path of [...new Set([...markers, ...read])]) {
    const found = (await store.list(path)).filter((file) => file === path || file.startsWith(`${path}/`));
    for (const file of found) await store.download(file, join(folder, file));
  }
}

function posix(path: string): string {
  return path.replaceAll('\\', '/');
}
