import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  artifactsFolder,
  type PipelineDocument,
  paramsVariable,
  runRecordFile,
  type StepDocument,
  stepInputs,
  stepOrder,
  stepVariable,
  toPosix,
  upstream,
} from '@ml-platform/pipeline';
import type { TargetConfiguration } from '@nx/devkit';

type Inputs = NonNullable<TargetConfiguration['inputs']>;

/** Nx's word for a project's folder. */
const ROOT = '{projectRoot}';
const COMPILE = fileURLToPath(import.meta.resolve('@ml-platform/orchestrators/compile'));
const RUN_STEP = fileURLToPath(import.meta.resolve('@ml-platform/pipeline/run-step'));
/** Runs steps in processes that they share. */
const SHARED = '@ml-platform/nx-plugin:step';
/** Runs a command with the flags that it was given. */
const COMMAND = '@ml-platform/nx-plugin:command';
/**
 * From so many steps on they share processes, which takes a seventh of the time where they do nothing else. Nx then looks them
 * up in its cache level by level, which a pipeline of few steps, run again and again by a person, would notice.
 */
const MANY_STEPS = 20;

/** Whether steps of a pipeline share processes. */
export function sharesProcesses({ steps }: PipelineDocument): boolean {
  return steps.length >= MANY_STEPS;
}

const OUTPUTS_BEFORE = { dependentTasksOutputFiles: '**/artifacts/**/*' };

/**
 * Nx targets of a pipeline: a cached one per step, `run`, which waits for all of them, `compile`, and what starts and follows
 * runs of an engine.
 */
export function inferTargets(
  document: PipelineDocument,
  project: string,
  workspace: string,
): Record<string, TargetConfiguration> {
  const pathOf = (file: string) => toPosix(relative(workspace, file));
  const pipeline = `${project}/src/pipeline.ts`;
  const inputs = cacheInputs(document, join(workspace, project), workspace);
  const work = sharesProcesses(document) ? inSharedProcess : inOwnProcess(pathOf(RUN_STEP));
  const targets = document.steps.map((step): [string, TargetConfiguration] => {
    return [step.name, { ...work(pipeline, step), ...stepTarget(step), inputs: inputs.get(step.name) ?? [] }];
  });
  const run: TargetConfiguration = {
    executor: 'nx:noop',
    dependsOn: document.steps.map(({ name }) => name),
    metadata: { description: document.description ?? `Runs the pipeline ${document.name}` },
  };
  return { ...Object.fromEntries(targets), run, ...engineTargets(pipeline, pathOf(dirname(COMPILE))) };
}

/** Never cached: what they write, or tell, is of another place, and of now. */
function engineTargets(pipeline: string, bin: string): Record<string, TargetConfiguration> {
  const target = (name: string, description: string): [string, TargetConfiguration] => [
    name,
    { executor: COMMAND, options: { script: `${bin}/${name}.mjs`, pipeline }, metadata: { description } },
  ];
  return Object.fromEntries([
    target('compile', 'Writes the pipeline in the words of another engine: --target dvc; docs/engines.md has all'),
    target('submit', 'Compiles the pipeline, hands it to an engine, and starts a run: --target argo --env prod --wait'),
    target('status', 'How a run goes that was submitted: --target argo --run RUN'),
    target('logs', 'What the steps of a run say that was submitted: --target argo --run RUN --step train'),
  ]);
}

/** Flags of the command line reach a step through its environment, where its cache key has them as well. */
function inOwnProcess(runStep: string) {
  return (pipeline: string, { name }: StepDocument): TargetConfiguration => ({
    executor: 'nx:run-commands',
    options: {
      command: `node ${runStep} --pipeline ${pipeline} --reuse --step ${name}`,
      cwd: '.',
      forwardAllArgs: false,
    },
  });
}

function inSharedProcess(pipeline: string, { name }: StepDocument): TargetConfiguration {
  return { executor: SHARED, options: { pipeline, step: name } };
}

function stepTarget(step: StepDocument): TargetConfiguration {
  return {
    cache: step.cache !== false,
    dependsOn: upstream(step),
    outputs: [artifactsFolder(ROOT, step.name), runRecordFile(ROOT, step.name)].map((path) => toPosix(path)),
    metadata: { technologies: [step.runner.language], ...(step.description && { description: step.description }) },
  };
}

interface Lineage {
  readonly files: ReadonlySet<string>;
  readonly packages: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
  /** Whether this step, or one before it, runs each time. */
  readonly varies: boolean;
}

/**
 * All that each step's result comes from: its own code, packages and parameters, and those of every step before it. Nx
 * knows these before anything runs, so it looks all steps up at once; a step whose inputs turn out to be the same bytes
 * as before is left as it is by the runner.
 */
function cacheInputs(document: PipelineDocument, project: string, workspace: string): Map<string, Inputs> {
  const lineages = new Map<string, Lineage>();
  const inputs = new Map<string, Inputs>();
  const isInstalled = (name: string) => existsSync(join(workspace, 'node_modules', name));
  for (const step of stepOrder(document)) {
    const before = upstream(step).flatMap((name) => lineages.get(name) ?? []);
    const own = stepInputs(step, project, workspace);
    const files = union(own.files, ...before.map((lineage) => lineage.files));
    const packages = union(own.packages.filter(isInstalled), ...before.map((lineage) => lineage.packages));
    const ownVariables = [stepVariable(document.name, step.name), paramsVariable(document.name, step.paramsKey)];
    const variables = union(ownVariables, ...before.map((lineage) => lineage.variables));
    const follows = before.some(({ varies }) => varies);
    lineages.set(step.name, { files, packages, variables, varies: follows || step.cache === false });
    inputs.set(step.name, [
      ...[...files].map((file) => `{workspaceRoot}/${file}`),
      { externalDependencies: [...packages] },
      ...[...variables].map((env) => ({ env })),
      ...(follows ? [OUTPUTS_BEFORE] : []),
    ]);
  }
  return inputs;
}

function union(...groups: readonly Iterable<string>[]): Set<string> {
  return new Set(groups.flatMap((group) => [...group]).sort());
}
