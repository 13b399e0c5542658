import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { upstream } from '../document/check-document.ts';
import type { Condition, PipelineDocument, StepDocument } from '../document/document.ts';
import { artifactPath, artifactsFolder, SKIP_MARKER } from './layout.ts';
import { replaceFolder } from './staged-folder.ts';

type MetricReference = Condition['metric'];

/** Why a step doesn't run: something before it was skipped, or its gate says no. `undefined`: it runs. */
export async function skipReason(
  document: PipelineDocument,
  step: StepDocument,
  project: string,
): Promise<string | undefined> {
  const skipped = upstream(step).find((name) => existsSync(join(artifactsFolder(project, name), SKIP_MARKER)));
  if (skipped) return `'${skipped}' was skipped`;
  for (const condition of step.when ?? []) {
    const left = await readMetric(document, condition.metric, project);
    const right =
      typeof condition.bound === 'number' ? condition.bound : await readMetric(document, condition.bound, project);
    if (!holds(left, condition.operator, right))
      return `${nameOf(condition.metric)} = ${left} is not ${condition.operator} ${describe(condition.bound, right)}`;
  }
  return undefined;
}

/** Leaves the note that a step was skipped, and nothing else, in the folder. */
export function writeMarker(folder: string, reason: string): Promise<void> {
  const text = `${JSON.stringify({ reason })}\n`;
  return replaceFolder(folder, (staging) => writeFile(join(staging, SKIP_MARKER), text));
}

function holds(left: number, operator: Condition['operator'], right: number): boolean {
  switch (operator) {
    case '>=':
      return left >= right;
    case '>':
      return left > right;
    case '<=':
      return left <= right;
    case '<':
      return left < right;
  }
}

async function readMetric(document: PipelineDocument, metric: MetricReference, project: string): Promise<number> {
  const path = artifactPath(document, metric, project);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new PlatformError(`the gate reads ${path}, which isn't there`, {
      code: 'notFound',
      hint: `run '${metric.step}' first: npx nx run ${document.name}:${metric.step}`,
      cause,
    });
  });
  const value = (JSON.parse(text) as Record<string, unknown>)[metric.name];
  if (typeof value === 'number') return value;
  throw new PlatformError(`${path} has no number '${metric.name}'`, {
    code: 'data',
    hint: `run '${metric.step}' again`,
  });
}

function describe(bound: Condition['bound'], value: number): string {
  return typeof bound === 'number' ? String(bound) : `${nameOf(bound)} = ${value}`;
}

function nameOf({ step, name }: MetricReference): string {
  return `${step}.${name}`;
}
