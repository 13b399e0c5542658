import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeError } from '@ml-platform/errors';
import { readDocument, runVariables } from '@ml-platform/pipeline';
import type { CreateNodes, PreTasksExecution } from '@nx/devkit';
import { inferTargets } from './infer-targets.ts';
import { readRunOptions } from './run-options.ts';

const PIPELINES = '{apps,libs}/*/src/pipeline.ts';

/** One target per step of each project's `src/pipeline.ts`, and `run` for the whole of it. */
export const createNodes: CreateNodes = [
  PIPELINES,
  (files, _options, { workspaceRoot }) =>
    files
      .filter((file) => existsSync(join(workspaceRoot, projectOf(file), 'package.json')))
      .map((file) => {
        const root = projectOf(file);
        const document = explained(() => readDocument(join(workspaceRoot, file), workspaceRoot));
        return [file, { projects: { [root]: { root, targets: inferTargets(document, root, workspaceRoot) } } }];
      }),
];

/** Before Nx hashes: puts each step's parameters, with `--param` and `--env` applied, where its cache key is read. */
export const preTasksExecution: PreTasksExecution = (_options, { workspaceRoot, argv }) => {
  for (const file of globSync(PIPELINES, { cwd: workspaceRoot })) {
    const project = join(workspaceRoot, projectOf(file));
    const variables = explained(() => {
      const document = readDocument(join(workspaceRoot, file), workspaceRoot);
      return runVariables(document, project, readRunOptions(argv, document.name));
    });
    Object.assign(process.env, variables);
  }
};

function projectOf(file: string): string {
  return dirname(dirname(file)).replaceAll('\\', '/');
}

/** Nx prints an error's message alone: the hint goes with it. */
function explained<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw new Error(describeError(cause), { cause });
  }
}
