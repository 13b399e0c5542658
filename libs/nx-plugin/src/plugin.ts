import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeError } from '@ml-platform/errors';
import { readDocument, runVariables } from '@ml-platform/pipeline';
import { TARGET_VARIABLE } from '@ml-platform/orchestrators/target-variable';
import type { CreateNodes, PreTasksExecution, TargetConfiguration } from '@nx/devkit';
import { inferTargets } from './infer-targets.ts';
import { inferTests } from './infer-tests.ts';
import { readRunOptions, readTarget } from './run-options.ts';

const PROJECTS = '{apps,libs}/*/package.json';
const PIPELINE = 'src/pipeline.ts';

/** Targets of a project: one per step of its `src/pipeline.ts`, `run` for the whole of it, and its tests. */
export const createNodes: CreateNodes = [
  `{apps,libs}/*/{package.json,${PIPELINE}}`,
  (files, _options, { workspaceRoot }) =>
    files
      .filter((file) => file.endsWith('package.json'))
      .map((file) => {
        const root = dirname(file);
        const targets = { ...pipelineTargets(root, workspaceRoot), ...inferTests(root) };
        return [file, { projects: { [root]: { root, targets } } }];
      }),
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
export const preTasksExecution: PreTasksExecution = (_options, { workspaceRoot, argv }) => {
  process.env[TARGET_VARIABLE] = readTarget(argv) ?? '';
  for (const manifest of globSync(PROJECTS, { cwd: workspaceRoot })) {
    const project = join(workspaceRoot, dirname(manifest));
    const file = join(project, PIPELINE);
    if (!existsSync(file)) continue;
    const variables = explained(() => {
      const document = readDocument(file, workspaceRoot);
      return runVariables(document, project, readRunOptions(argv, document.name));
    });
    Object.assign(process.env, variables);
  }
};

/** Nx prints an error's message alone: the hint goes with it. */
function explained<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw new Error(describeError(cause), { cause });
  }
}
