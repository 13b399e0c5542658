import { isAbsolute } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import type { PipelineDocument, StepDocument } from '@ml-platform/pipeline';
import { shellWord } from '../shell-word.ts';
import type { CompiledFiles, Target } from '../target.ts';
import { DAG_FEATURES, dagFiles, readDagGraph } from './dag-content.ts';
import { dagTask, SKIPPED } from './tasks.ts';

const DAG_FILE = new URL('./dag.py', import.meta.url);
const WORKER = 'a task gets the worker that it is started on';

/** What the document doesn't say: where things lie on a worker. */
export interface AirflowSettings {
  /** Absolute path of the project's folder; every worker sees the same one. */
  readonly project: string;
  /** Path of run-step.mjs, absolute or from the project's folder. */
  readonly runStep: string;
}

/**
 * Airflow 3: a BashOperator per step, listed in a JSON file; the DAG file beside it is the same for every pipeline.
 * Format: airflow.apache.org, Task SDK.
 */
export const airflow: Target<AirflowSettings> = {
  name: 'airflow',
  title: 'Airflow',
  features: {
    params: { by: 'engine', how: "params of the DAG; a run's own values reach the steps as --param" },
    ...DAG_FEATURES,
    timeout: { by: 'engine', how: "execution_timeout; in a loop the runner's, item by item" },
    cpu: { by: 'nobody', how: WORKER },
    memory: { by: 'nobody', how: WORKER },
    disk: { by: 'nobody', how: WORKER },
    accelerator: { by: 'nobody', how: WORKER },
    spot: { by: 'nobody', how: WORKER },
  },
  compile,
  readGraph: readDagGraph,
};

function compile(document: PipelineDocument, { project, runStep }: AirflowSettings): CompiledFiles {
  if (!isAbsolute(project)) {
    throw new PlatformError(`Airflow runs tasks in the project's folder, but '${project}' isn't an absolute path`, {
      code: 'config',
      hint: 'give the path that the folder has on the workers',
    });
  }
  const tasks = document.steps.map((step) => ({ ...dagTask(step), command: command(step, runStep) }));
  return dagFiles(document, DAG_FILE, { project, tasks });
}

/**
 * A template of a bash command; `arguments` is a filter of dag.py. The shell gives way to the step, which then sees when
 * Airflow ends.
 */
function command({ name }: StepDocument, runStep: string): string {
  const run = `exec node ${shellWord(runStep)} --pipeline src/pipeline.ts --step ${name} --skipped-exit ${SKIPPED}`;
  return `${run} {{ params | arguments }}`;
}
