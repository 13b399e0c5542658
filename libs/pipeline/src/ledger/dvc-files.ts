import { createHash } from 'node:crypto';
import { PlatformError } from '@ml-platform/errors';
import { stringify } from 'yaml';
import { stepDefinition } from '../closure/step-definition.ts';
import { upstream } from '../document/check-document.ts';
import type { PipelineDocument, StepDocument } from '../document/document.ts';
import { hasParams } from '../document/has-params.ts';

/** A stage per step; each of them has the step's name. */
export const STAGES = 'dvc.yaml';
/** What the definition and the locks say of each step, as hashes: DVC's own file names neither gates nor packages. */
export const DEFINITIONS = 'dvc.steps.json';
/** Before the name of a step: the folder that it leaves, from the project's. */
export const ARTIFACTS = 'artifacts/';
/** Where parameters stand that DVC sees. */
export const PARAMS = 'params.yaml';

/** What the document doesn't say: where things lie, seen from the project's folder, which dvc.yaml stands in. */
export interface DvcSettings {
  /** Path of run-step.mjs. */
  readonly runStep: string;
  /** Paths of the files that each step's code is made of, and of the raw files that its parameters name. */
  readonly files: (step: StepDocument) => readonly string[];
  /** What is locked of the packages that each step's code imports. */
  readonly packages: (step: StepDocument) => readonly string[];
  /** The sections of params.yaml: DVC refuses to track one that isn't there. */
  readonly sections: readonly string[];
}

/** A pipeline as DVC has it, by the name of the file. Format: doc.dvc.org, dvc.yaml files. */
export function dvcFiles(document: PipelineDocument, settings: DvcSettings): ReadonlyMap<string, string> {
  const stages = document.steps.map((step) => [step.name, stageOf(document, step, settings)] as const);
  const ofKind = (kind: string) =>
    document.steps.flatMap((step) =>
      Object.values(step.outputs)
        .filter((output) => output.kind === kind && !step.forEach)
        .map(({ path }) => `${folderOf(step.name)}/${path}`),
    );
  const metrics = ofKind('metrics');
  const content = { stages: Object.fromEntries(stages), ...(metrics.length > 0 && { metrics }) };
  const text = stringify(content, { lineWidth: 120, aliasDuplicateObjects: false });
  const definitions = document.steps.map((step) => [step.name, definitionOf(document, step, settings)] as const);
  return new Map([
    [STAGES, `# Made from src/pipeline.ts: npx nx run ${document.name}:compile --target dvc\n${text}`],
    [DEFINITIONS, `${JSON.stringify(Object.fromEntries(definitions), null, 2)}\n`],
  ]);
}

/** A stage of dvc.yaml: its folder of artifacts as the one output, so that a step that a gate skipped has one as well. */
export function stageOf(document: PipelineDocument, step: StepDocument, settings: DvcSettings) {
  const { runStep, files, sections } = settings;
  const { labels } = document;
  if (hasParams(document, step) && !sections.includes(step.paramsKey)) {
    throw new PlatformError(`step '${step.name}' has parameters, and ${PARAMS} has no section '${step.paramsKey}'`, {
      code: 'config',
      hint: `add it, empty where all defaults hold, so that DVC sees a change of it: ${step.paramsKey}: {}`,
    });
  }
  // Where an engine retries, it says so itself.
  const retry = (step.retry?.attempts ?? 1) > 1 ? ['--retry'] : [];
  return {
    // exec: DVC's shell gives way to the step, which then sees when DVC itself ends.
    cmd: `exec node ${runStep} --pipeline src/pipeline.ts --step ${[step.name, ...retry].join(' ')}`,
    ...(step.description && { desc: step.description }),
    deps: [...new Set([...files(step), ...upstream(step).map(folderOf)])].sort(),
    params: [{ [DEFINITIONS]: [step.name] }, ...(hasParams(document, step) ? [step.paramsKey] : [])],
    outs: [isOfThisMachine(document, step) ? { [folderOf(step.name)]: { cache: false } } : folderOf(step.name)],
    ...(step.cache === false && { always_changed: true }),
    ...(labels && { meta: { labels } }),
  };
}

/**
 * What a step leaves that only acts on something, such as a registry: nobody reads it, so nobody is to pull it. A run with
 * other parameters than those of params.yaml isn't in the lock, and DVC would find it missing.
 */
export function isOfThisMachine({ steps }: PipelineDocument, { name, cache, outputs }: StepDocument): boolean {
  const hasMetrics = Object.values(outputs).some(({ kind }) => kind === 'metrics');
  return cache === false && !hasMetrics && !steps.some((other) => upstream(other).includes(name));
}

/** One hash over what decides on a step's result and is no file of its own: its definition, and its locked packages. */
export function definitionOf(document: PipelineDocument, step: StepDocument, { packages }: DvcSettings): string {
  const parts = [stepDefinition(document, step), packages(step)];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function folderOf(step: string): string {
  return `${ARTIFACTS}${step}`;
}
