import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  artifactsFolder,
  type PipelineDocument,
  paramsVariable,
  runRecordFile,
  type StepDocument,
  stepInputs,
  upstream,
} from '@ml-platform/pipeline';
import type { TargetConfiguration } from '@nx/devkit';

/** Nx's word for a project's folder. */
const ROOT = '{projectRoot}';
const RUN_STEP = fileURLToPath(import.meta.resolve('@ml-platform/pipeline/run-step'));

/** Nx targets of a pipeline: a cached one per step, and `run`, which waits for all of them. */
export function inferTargets(
  document: PipelineDocument,
  project: string,
  workspace: string,
): Record<string, TargetConfiguration> {
  const targets = document.steps.map((step) => [step.name, stepTarget(document, step, project, workspace)] as const);
  const run: TargetConfiguration = {
    executor: 'nx:noop',
    dependsOn: document.steps.map(({ name }) => name),
    metadata: { description: document.description ?? `Runs the pipeline ${document.name}` },
  };
  return { ...Object.fromEntries(targets), run };
}

function stepTarget(
  document: PipelineDocument,
  step: StepDocument,
  project: string,
  workspace: string,
): TargetConfiguration {
  const runStep = relative(workspace, RUN_STEP).replaceAll('\\', '/');
  return {
    executor: 'nx:run-commands',
    options: {
      command: `node ${runStep} --pipeline ${project}/src/pipeline.ts --step ${step.name}`,
      cwd: '.',
      forwardAllArgs: false,
    },
    cache: step.cache !== false,
    dependsOn: upstream(step),
    inputs: cacheInputs(document, step, join(workspace, project), workspace),
    outputs: [artifactsFolder(ROOT, step.name), runRecordFile(ROOT, step.name)].map((path) =>
      path.replaceAll('\\', '/'),
    ),
    metadata: { technologies: [step.runner.language], ...(step.description && { description: step.description }) },
  };
}

function cacheInputs(
  document: PipelineDocument,
  step: StepDocument,
  project: string,
  workspace: string,
): NonNullable<TargetConfiguration['inputs']> {
  const { files, packages } = stepInputs(step, project, workspace);
  const installed = packages.filter((name) => existsSync(join(workspace, 'node_modules', name)));
  return [
    ...files.map((file) => `{workspaceRoot}/${file}`),
    { externalDependencies: installed },
    { env: paramsVariable(document.name, step.paramsKey) },
    { dependentTasksOutputFiles: '**/artifacts/**/*' },
  ];
}
