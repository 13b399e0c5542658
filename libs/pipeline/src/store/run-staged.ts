import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Pipeline } from '../definition/define-pipeline.ts';
import type { PipelineDocument, StepDocument } from '../document/document.ts';
import { locate } from '../runner/place.ts';
import { type RunOptions, runStep, type StepResult } from '../runner/run-step.ts';
import { toPosix } from '../workspace/to-posix.ts';

export type StagedOptions = Omit<RunOptions, 'store' | 'reuse'>;

/** A step that runs in a folder of its own, laid out as a project's. */
export interface StagedStep {
  readonly document: PipelineDocument;
  readonly step: StepDocument;
  readonly folder: string;
  readonly options: StagedOptions;
}

/** Where a step's artifacts come from and go to, when that isn't a folder of this machine in a project's layout. */
export interface Staging {
  /** Puts into the folder what the step reads. */
  readonly fetch: (staged: StagedStep) => Promise<void>;
  /** Takes out of the folder what the step left. */
  readonly put: (staged: StagedStep, status: StepResult['status']) => Promise<void>;
}

/**
 * Runs one step in a folder of its own, between fetching what it reads and putting away what it left.
 *
 * @throws PlatformError what `runStep` and the staging throw.
 */
export async function runStaged(pipeline: Pipeline, staging: Staging, options: StagedOptions): Promise<StepResult> {
  const { document, described: step } = locate(pipeline, options);
  const folder = await mkdtemp(join(tmpdir(), 'run-step-'));
  try {
    const staged = { document, step, folder, options };
    await staging.fetch(staged);
    const result = await runStep(pipeline, { ...options, store: folder });
    await staging.put(staged, result.status);
    // The folder is gone when the step is done: paths as they are in the layout.
    const outputs = Object.entries(result.outputs).map(([name, path]) => [name, toPosix(relative(folder, path))]);
    return { ...result, outputs: Object.fromEntries(outputs) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
