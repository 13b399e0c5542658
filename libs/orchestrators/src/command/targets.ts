import { join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PipelineDocument, readParamsFiles, stepInputs } from '@ml-platform/pipeline';
import { z } from 'zod';
import { type AirflowSettings, airflow } from '../airflow/airflow.ts';
import { type DvcSettings, dvc } from '../dvc/dvc.ts';
import type { StepFunctionsSettings } from '../step-functions/settings.ts';
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
  [stepFunctions.name]: (place, options) => {
    return compile(stepFunctions, place.document, stepFunctionsSettings(place), options);
  },
  [dvc.name]: (place, options) => compile(dvc, place.document, dvcSettings(place), options),
};

function airflowSettings({ project, workspace, at = workspace }: Place): AirflowSettings {
  const there = (path: string) => posix.join(slashes(at), slashes(relative(workspace, path)));
  return { project: there(project), runStep: there(RUN_STEP) };
}

const queues = z.strictObject({ queue: z.string(), spotQueue: z.string().optional() });
const stepFunctionsSchema = z.strictObject({
  lake: z.string(),
  ...queues.shape,
  jobDefinitions: z.strictObject({ typescript: z.string(), python: z.string() }),
  accelerators: z.record(z.string(), queues).optional(),
  command: z.array(z.string()).optional(),
});
const STEP_FUNCTIONS_EXAMPLE = `step-functions:
  lake: s3://acme-lake/runs
  queue: on-demand
  spotQueue: spot
  jobDefinitions: { typescript: steps, python: steps-python }`;

function stepFunctionsSettings({ project, workspace }: Place): StepFunctionsSettings {
  const settings = readSettings(project, stepFunctions.name, stepFunctionsSchema, STEP_FUNCTIONS_EXAMPLE);
  const pipeline = slashes(relative(workspace, join(project, 'src/pipeline.ts')));
  return withoutUndefined({ ...settings, pipeline });
}

/** zod leaves an optional key that isn't given out, and types it as if it could be there and undefined. */
function withoutUndefined(settings: object): StepFunctionsSettings {
  return JSON.parse(JSON.stringify(settings)) as StepFunctionsSettings;
}

function dvcSettings({ project, workspace }: Place): DvcSettings {
  const fromProject = (path: string) => slashes(relative(project, path));
  return {
    runStep: fromProject(RUN_STEP),
    code: (step) => stepInputs(step, project, workspace).files.map((file) => fromProject(`${workspace}/${file}`)),
    sections: Object.keys(readParamsFiles(project)[0]?.values ?? {}),
  };
}

function slashes(path: string): string {
  return path.replaceAll('\\', '/');
}
