import { join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PipelineDocument, readParamsFiles, stepInputs, toPosix } from '@ml-platform/pipeline';
import { type AirflowSettings, airflow } from '../airflow/airflow.ts';
import { argo } from '../argo/argo.ts';
import { ARGO_EXAMPLE, argoSettings } from '../argo/settings.ts';
import { type DvcSettings, dvc } from '../dvc/dvc.ts';
import { STEP_FUNCTIONS_EXAMPLE, stepFunctionsSettings } from '../step-functions/settings.ts';
import { stepFunctions } from '../step-functions/step-functions.ts';
import { type CompiledFiles, type CompileOptions, compile } from '../target.ts';
import { readSettings } from './settings-file.ts';

/** Where a pipeline lies. */
export interface Place {
  readonly document: PipelineDocument;
  /** Absolute path of its project's folder. */
  readonly project: string;
  readonly workspace: string;
  /** The workspace's folder on the machines that run the steps; this machine's unless given. */
  readonly at?: string;
}

type CompileHere = (place: Place, options: CompileOptions) => CompiledFiles;

const RUN_STEP = fileURLToPath(import.meta.resolve('@ml-platform/pipeline/run-step'));

/** Each target with its settings, as far as the workspace tells them. */
export const TARGETS: Readonly<Record<string, CompileHere>> = {
  [airflow.name]: (place, options) => compile(airflow, place.document, airflowSettings(place), options),
  [argo.name]: (place, options) => {
    const settings = readSettings(place.project, argo.name, argoSettings, ARGO_EXAMPLE);
    return compile(argo, place.document, { ...settings, ...inImage(place) }, options);
  },
  [stepFunctions.name]: (place, options) => {
    const settings = readSettings(place.project, stepFunctions.name, stepFunctionsSettings, STEP_FUNCTIONS_EXAMPLE);
    return compile(stepFunctions, place.document, { ...settings, ...inImage(place) }, options);
  },
  [dvc.name]: (place, options) => compile(dvc, place.document, dvcSettings(place), options),
};

function airflowSettings({ project, workspace, at = workspace }: Place): AirflowSettings {
  const there = (path: string) => posix.join(toPosix(at), toPosix(relative(workspace, path)));
  return { project: there(project), runStep: there(RUN_STEP) };
}

/** Where the pipeline's file lies in an image, which has the workspace in its working folder. */
function inImage({ project, workspace }: Place): { readonly pipeline: string } {
  return { pipeline: toPosix(relative(workspace, join(project, 'src/pipeline.ts'))) };
}

function dvcSettings({ project, workspace }: Place): DvcSettings {
  const fromProject = (path: string) => toPosix(relative(project, path));
  return {
    runStep: fromProject(RUN_STEP),
    code: (step) => stepInputs(step, project, workspace).files.map((file) => fromProject(`${workspace}/${file}`)),
    sections: Object.keys(readParamsFiles(project)[0]?.values ?? {}),
  };
}
