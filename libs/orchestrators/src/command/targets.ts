import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PipelineDocument, readParamsFiles, stepInputs } from '@ml-platform/pipeline';
import { type DvcSettings, dvc } from '../dvc/dvc.ts';
import { type CompiledFiles, type CompileOptions, compile } from '../target.ts';

/** Where a pipeline lies. */
export interface Place {
  readonly document: PipelineDocument;
  /** Absolute path of its project's folder. */
  readonly project: string;
  readonly workspace: string;
}

type CompileHere = (place: Place, options: CompileOptions) => CompiledFiles;

const RUN_STEP = fileURLToPath(import.meta.resolve('@ml-platform/pipeline/run-step'));

/** Each target with its settings, as far as the workspace tells them. */
export const TARGETS: Readonly<Record<string, CompileHere>> = {
  [dvc.name]: (place, options) => compile(dvc, place.document, dvcSettings(place), options),
};

function dvcSettings({ project, workspace }: Place): DvcSettings {
  const fromProject = (path: string) => relative(project, path).replaceAll('\\', '/');
  return {
    runStep: fromProject(RUN_STEP),
    code: (step) => stepInputs(step, project, workspace).files.map((file) => fromProject(`${workspace}/${file}`)),
    sections: Object.keys(readParamsFiles(project)[0]?.values ?? {}),
  };
}
