import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type PipelineDocument, readDocument, runVariables, toPosix } from '@ml-platform/pipeline';
import { checkGate } from './check-gate.ts';
import { checkTargets } from './check-targets.ts';
import { type Problem, problemOf } from './problem.ts';
import { readTargets, type TargetFiles } from './read-targets.ts';
import { storesIn } from './stores.ts';

/** What a pipeline is made of and what it runs on, as far as its files can be read, and what is wrong with them. */
export interface CheckedPipeline {
  /** Path of its definition in the workspace. */
  readonly file: string;
  readonly name?: string;
  readonly steps: number;
  readonly languages: readonly string[];
  readonly frameworks: readonly string[];
  readonly environments: readonly string[];
  readonly targets: readonly string[];
  readonly stores: readonly string[];
  readonly problems: readonly Problem[];
}

interface CheckOptions {
  /** False: the files of targets are read, but not checked. */
  readonly targets: boolean;
}

/** Looks at every pipeline of a workspace, one beside the other. */
export function checkPipelines(workspace: string, options: CheckOptions): Promise<CheckedPipeline[]> {
  const files = globSync('{apps,libs}/*/src/pipeline.ts', { cwd: workspace }).map(toPosix).sort();
  return Promise.all(files.map((file) => checkPipeline(file, workspace, options)));
}

async function checkPipeline(file: string, workspace: string, options: CheckOptions): Promise<CheckedPipeline> {
  const path = join(workspace, file);
  const project = dirname(dirname(path));
  const problems: Problem[] = [];
  const tell = (thrown: unknown) => void problems.push(problemOf(thrown));
  const document = attempt(() => readDocument(path, workspace), tell);
  const targets = attempt(() => readTargets(project), tell) ?? [];
  const environments = environmentsOf(project, 'params');
  if (document) {
    for (const environment of [undefined, ...environments])
      attempt(() => checkParams(document, project, environment), tell);
    attempt(() => checkGate(document, project), tell);
    if (options.targets) problems.push(...(await checkTargets(path, targets)));
  }
  return { file, ...describe(document), ...uses(targets, environments), problems: distinct(problems) };
}

/** What a run would refuse before its first step. */
function checkParams(document: PipelineDocument, project: string, environment: string | undefined): void {
  runVariables(document, project, { params: [], ...(environment !== undefined && { environment }) });
}

function describe(document: PipelineDocument | undefined) {
  const runners = (document?.steps ?? []).map(({ runner }) => runner);
  return {
    ...(document && { name: document.name }),
    steps: runners.length,
    languages: [...new Set(runners.map(({ language }) => language))].sort(),
    frameworks: [...new Set(runners.flatMap((runner) => ('on' in runner && runner.on ? [runner.on] : [])))].sort(),
  };
}

function uses(targets: readonly TargetFiles[], environments: readonly string[]) {
  const overlays = targets.flatMap(({ environment }) => environment ?? []);
  return {
    environments: [...new Set([...environments, ...overlays])].sort(),
    targets: [...new Set(targets.flatMap(({ sections }) => Object.keys(sections)))].sort(),
    stores: [...new Set(targets.flatMap(({ sections }) => storesIn(sections)))].sort(),
  };
}

/** The NAMEs of `params.NAME.yaml`. */
function environmentsOf(project: string, kind: string): string[] {
  const files = globSync(`${kind}.*.yaml`, { cwd: project }).sort();
  return files.map((file) => file.slice(kind.length + 1, -'.yaml'.length));
}

function attempt<Result>(work: () => Result, tell: (thrown: unknown) => void): Result | undefined {
  try {
    return work();
  } catch (thrown) {
    tell(thrown);
    return undefined;
  }
}

/** A slip in params.yaml shows in each environment. */
function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()];
}
