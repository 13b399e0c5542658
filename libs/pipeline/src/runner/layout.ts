import { join } from 'node:path';
import type { OutputReference, PipelineDocument, StepDocument } from '../document/document.ts';

/** Where a project keeps what its steps leave: artifacts to hand on, and one run record per step beside them. */
export const artifactsFolder = (project: string, step: string): string => join(project, 'artifacts', step);
export const runRecordFile = (project: string, step: string): string => join(project, 'runs', `${step}.json`);
export const lockFile = (project: string, step: string): string => join(project, 'artifacts', '.locks', step);

/** In a skipped step's artifacts folder, alone: says which gate said no. */
export const SKIP_MARKER = 'skipped.json';

/** Absolute path of what a step leaves under an output's name; a folder of them where the step loops. */
export function artifactPath(document: PipelineDocument, { step, output }: OutputReference, project: string): string {
  const described = document.steps.find(({ name }) => name === step)?.outputs[output];
  return join(artifactsFolder(project, step), described?.path ?? output);
}

/** Path in `folder` per output of a step. */
export function outputPaths({ outputs }: StepDocument, folder: string): Record<string, string> {
  return Object.fromEntries(Object.entries(outputs).map(([name, { path }]) => [name, join(folder, path)]));
}
