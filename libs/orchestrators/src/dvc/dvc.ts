import { PlatformError } from '@ml-platform/errors';
import { type PipelineDocument, type StepDocument, stepDefinition, upstream } from '@ml-platform/pipeline';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { hasParams } from '../graph.ts';
import { retryArguments } from '../timeout.ts';
import { type CompiledFiles, fileOf, type Graph, type Target } from '../target.ts';

const FILE = 'dvc.yaml';
/** What the definition says of each step, as hashes: DVC's own file names neither gates nor defaults of parameters. */
const DEFINITIONS = 'dvc.steps.json';

/** What the document doesn't say: where things lie, seen from the project's folder, which dvc.yaml stands in. */
export interface DvcSettings {
  /** Path of run-step.mjs. */
  readonly runStep: string;
  /** Paths of the files that each step's code is made of. */
  readonly code: (step: StepDocument) => readonly string[];
  /** The sections of params.yaml: DVC refuses to track one that isn't there. */
  readonly sections: readonly string[];
}

/**
 * DVC: a stage per step, its folder of artifacts as the one output, so that a step that a gate skipped has one as well.
 * Format: doc.dvc.org, dvc.yaml files.
 */
export const dvc: Target<DvcSettings> = {
  name: 'dvc',
  title: 'DVC',
  features: {
    params: { by: 'engine', how: 'params.yaml, by step' },
    gates: { by: 'runner', how: 'a step whose gate says no leaves a marker' },
    loop: { by: 'runner', how: 'one stage that loops inside' },
    tune: { by: 'runner', how: 'one stage that tries one after the other' },
    after: { by: 'engine', how: 'a dependency on the folder of the other step' },
    retry: { by: 'runner', how: 'the step is run again inside its stage' },
    timeout: { by: 'runner', how: 'the step is stopped' },
    cpu: { by: 'nobody', how: 'a stage gets the machine that it is started on' },
    memory: { by: 'nobody', how: 'a stage gets the machine that it is started on' },
    disk: { by: 'nobody', how: 'a stage gets the machine that it is started on' },
    accelerator: { by: 'nobody', how: 'a stage gets the machine that it is started on' },
    spot: { by: 'nobody', how: 'a stage gets the machine that it is started on' },
    uncached: { by: 'engine', how: 'always_changed' },
    schedule: { by: 'nobody', how: 'somebody has to start it' },
    labels: { by: 'engine', how: 'meta' },
  },
  compile,
  readGraph,
};

function compile(document: PipelineDocument, settings: DvcSettings): CompiledFiles {
  const stages = document.steps.map((step) => [step.name, stage(document, step, settings)] as const);
  const ofKind = (kind: string) =>
    document.steps.flatMap((step) =>
      Object.values(step.outputs)
        .filter((output) => output.kind === kind && !step.forEach)
        .map(({ path }) => `${folderOf(step.name)}/${path}`),
    );
  const metrics = ofKind('metrics');
  const content = { stages: Object.fromEntries(stages), ...(metrics.length > 0 && { metrics }) };
  const text = stringify(content, { lineWidth: 120, aliasDuplicateObjects: false });
  const definitions = document.steps.map((step) => [step.name, stepDefinition(document, step)] as const);
  return new Map([
    [FILE, `# Made from src/pipeline.ts: npx nx run ${document.name}:compile --target dvc\n${text}`],
    [DEFINITIONS, `${JSON.stringify(Object.fromEntries(definitions), null, 2)}\n`],
  ]);
}

function stage(document: PipelineDocument, step: StepDocument, { runStep, code, sections }: DvcSettings) {
  const { labels } = document;
  if (hasParams(document, step) && !sections.includes(step.paramsKey)) {
    throw new PlatformError(`step '${step.name}' has parameters, and params.yaml has no section '${step.paramsKey}'`, {
      code: 'config',
      hint: `add it, empty where all defaults hold, so that DVC sees a change of it: ${step.paramsKey}: {}`,
    });
  }
  return {
    // exec: DVC's shell gives way to the step, which then sees when DVC itself ends.
    cmd: `exec node ${runStep} --pipeline src/pipeline.ts --step ${[step.name, ...retryArguments(step)].join(' ')}`,
    ...(step.description && { desc: step.description }),
    deps: [...new Set([...code(step), ...upstream(step).map(folderOf)])].sort(),
    params: [{ [DEFINITIONS]: [step.name] }, ...(hasParams(document, step) ? [step.paramsKey] : [])],
    outs: [folderOf(step.name)],
    ...(step.cache === false && { always_changed: true }),
    ...(labels && { meta: { labels } }),
  };
}

function folderOf(step: string): string {
  return `artifacts/${step}`;
}

const dvcYaml = z.object({
  stages: z.record(z.string(), z.object({ deps: z.array(z.string()), outs: z.array(z.string()) })),
});

/** A gate is the runner's, inside a stage: DVC's document shows none. */
function readGraph(files: CompiledFiles): Graph {
  const { stages } = dvcYaml.parse(parse(fileOf(files, FILE)));
  const makers = new Map(Object.entries(stages).flatMap(([name, { outs }]) => outs.map((out) => [out, name] as const)));
  const edges = Object.entries(stages).flatMap(([name, { deps }]) =>
    deps.flatMap((dep): [string, string][] => {
      const maker = makers.get(dep);
      return maker === undefined ? [] : [[maker, name]];
    }),
  );
  return { steps: Object.keys(stages), edges, gated: [] };
}
