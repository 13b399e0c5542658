import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeError, PlatformError } from '@ml-platform/errors';
import { type PipelineDocument, readDocument, runVariables } from '@ml-platform/pipeline';
import { TARGET_VARIABLE } from '@ml-platform/orchestrators/target-variable';
import type { CreateNodes, PreTasksExecution, TargetConfiguration } from '@nx/devkit';
import { inferTargets, sharesProcesses } from './infer-targets.ts';
import { inferStack } from './infer-stack.ts';
import { inferTests } from './infer-tests.ts';
import { finishInterrupted } from './placing/finish-interrupted.ts';
import { PARALLEL_VARIABLE, readParallel, readRunOptions, readTarget, SCREEN_VARIABLE } from './run-options.ts';

const PROJECTS = '{apps,libs}/*/package.json';
const PIPELINE = 'src/pipeline.ts';
const STACKS = 'infra/*/package.json';

/**
 * Targets of a project: one per step of its `src/pipeline.ts`, and `run` for the whole of it; what is done with the stacks
 * of its `Pulumi.yaml`; its tests.
 */
export const createNodes: CreateNodes = [
  `{{apps,libs}/*/{package.json,${PIPELINE}},${STACKS}}`,
  (files, _options, { workspaceRoot }) => {
    finishInterrupted(workspaceRoot);
    return files
      .filter((file) => file.endsWith('package.json'))
      .map((file) => {
        const root = dirname(file);
        const tests = inferTests(root);
        const targets = {
          ...pipelineTargets(root, workspaceRoot),
          ...tests,
          ...inferStack(root, workspaceRoot, tests),
        };
        return [file, { projects: { [root]: { root, targets } } }];
      });
  },
];

function pipelineTargets(project: string, workspace: string): Record<string, TargetConfiguration> {
  const file = join(workspace, project, PIPELINE);
  if (!existsSync(file)) return {};
  const document = explained(() => readDocument(file, workspace));
  return inferTargets(document, project, workspace);
}

/**
 * Before Nx hashes: puts each step's parameters, with `--param` and `--env` applied, where its cache key is read, and
 * `--target` where `compile` finds it.
 */
export const preTasksExecution: PreTasksExecution = (_options, { workspaceRoot, argv, nxJsonConfiguration }) => {
  process.env[TARGET_VARIABLE] = readTarget(argv) ?? '';
  process.env[PARALLEL_VARIABLE] = String(readParallel(argv, nxJsonConfiguration.parallel));
  process.env[SCREEN_VARIABLE] = String(process.env.NX_TUI === 'true');
  for (const manifest of globSync(PROJECTS, { cwd: workspaceRoot })) {
    const project = join(workspaceRoot, dirname(manifest));
    const file = join(project, PIPELINE);
    if (!existsSync(file)) continue;
    const variables = explained(() => {
      const document = readDocument(file, workspaceRoot);
      const options = readRunOptions(argv, document.name);
      if (options.environment !== undefined) refuseEnvironment(document, argv, options.environment);
      return runVariables(document, project, options);
    });
    Object.assign(process.env, variables);
  }
};

/** A step in a process of its own is a command to Nx, whose `--env` is an object: it would say no more than that. */
function refuseEnvironment(document: PipelineDocument, argv: readonly string[], environment: string): void {
  const step = document.steps.find(({ name }) => argv.some((argument) => argument.endsWith(`:${name}`)));
  if (step === undefined || sharesProcesses(document)) return;
  throw new PlatformError(`nx run of one step takes no --env: got '${environment}' for step '${step.name}'`, {
    code: 'usage',
    hint: `run all, by npx nx run ${document.name}:run --env ${environment}; or that step by npx run-step --step ${step.name} --env ${environment} --pipeline …/src/pipeline.ts`,
  });
}

/** Nx prints an error's message alone: the hint goes with it. */
function explained<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw new Error(describeError(cause), { cause });
  }
}
