import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockedPackages } from '../closure/locked-packages.ts';
import { type StepInputs, stepInputs } from '../closure/step-inputs.ts';
import type { PipelineDocument, StepDocument } from '../document/document.ts';
import { filesIn } from '../params/file-param.ts';
import { readParamsFiles } from '../params/params-file.ts';
import { isInside } from '../workspace/is-inside.ts';
import { toPosix } from '../workspace/to-posix.ts';
import { workspaceRoot } from '../workspace/workspace-root.ts';
import { type DvcSettings, PARAMS } from './dvc-files.ts';

const RUN_STEP = fileURLToPath(new URL('../../bin/run-step.mjs', import.meta.url));

/** What DVC has to know of a pipeline and doesn't stand in its document: `project` is the absolute path of its folder. */
export function dvcSettings({ params }: PipelineDocument, project: string): DvcSettings {
  const workspace = workspaceRoot(project);
  const fromProject = (path: string) => toPosix(relative(project, path));
  const { values = {}, path } = readParamsFiles(project)[0] ?? {};
  const known = new Map<string, StepInputs>();
  const inputsOf = (step: StepDocument) => {
    const inputs = known.get(step.name) ?? stepInputs(step, project, workspace);
    known.set(step.name, inputs);
    return inputs;
  };
  // Elsewhere on this machine a file is of no use to a colleague: DVC doesn't hear of it.
  const rawFiles = ({ paramsKey, fixedParams }: StepDocument) =>
    Object.values(filesIn(params[paramsKey] ?? {}, { ...values[paramsKey], ...fixedParams }, project)).filter((path) =>
      isInside(path, workspace),
    );
  return {
    runStep: fromProject(RUN_STEP),
    files: (step) => [...inputsOf(step).files.map((file) => join(workspace, file)), ...rawFiles(step)].map(fromProject),
    packages: (step) => lockedPackages(inputsOf(step).packages, workspace),
    sections: path?.endsWith(PARAMS) ? Object.keys(values) : [],
  };
}
