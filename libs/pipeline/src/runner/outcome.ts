import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stepOrder } from '../document/check-document.ts';
import type { PipelineDocument, StepDocument } from '../document/document.ts';
import { artifactPath, artifactsFolder, SKIP_MARKER } from './layout.ts';

/** What a step left in its project's folder the last time that it ran. */
export interface StepOutcome {
  readonly step: string;
  readonly status: 'done' | 'skipped' | 'missing';
  /** Why it was skipped. */
  readonly reason?: string;
  /** The numbers of its metrics outputs. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Absolute paths of its reports. */
  readonly reports: readonly string[];
}

/** The outcome of each step, so that each comes after what it needs. */
export function readOutcomes(document: PipelineDocument, project: string): Promise<StepOutcome[]> {
  return Promise.all(stepOrder(document).map((step) => readOutcome(document, step, project)));
}

async function readOutcome(document: PipelineDocument, step: StepDocument, project: string): Promise<StepOutcome> {
  const folder = artifactsFolder(project, step.name);
  const nothing = { step: step.name, metrics: {}, reports: [] };
  if (!existsSync(folder)) return { ...nothing, status: 'missing' };
  const skipped = await readJson(join(folder, SKIP_MARKER));
  if (skipped) return { ...nothing, status: 'skipped', reason: String(skipped.reason) };
  const outputs = Object.entries(step.outputs).map(([output, { kind }]) => {
    return { kind, path: artifactPath(document, { step: step.name, output }, project) };
  });
  const ofKind = (kind: string) => outputs.filter((output) => output.kind === kind).map(({ path }) => path);
  // A step that loops leaves a folder of them, which has no one number.
  const metrics = step.forEach ? [] : await Promise.all(ofKind('metrics').map(readJson));
  return {
    step: step.name,
    status: 'done',
    metrics: Object.assign({}, ...metrics) as Record<string, number>,
    reports: ofKind('report'),
  };
}

async function readJson(path: string): Promise<Record<string, unknown> | undefined> {
  if (!existsSync(path)) return undefined;
  return JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
}
