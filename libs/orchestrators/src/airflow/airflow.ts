import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import type { PipelineDocument } from '@ml-platform/pipeline';
import { z } from 'zod';
import type { CompiledFiles, Graph, Target } from '../target.ts';
import { dagParams } from './params.ts';
import { dagTasks } from './tasks.ts';

/** The longest tag that Airflow takes, in characters. */
const LONGEST_TAG = 100;
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
    gates: { by: 'runner', how: 'a step whose gate says no leaves a marker, and its task is skipped' },
    loop: { by: 'runner', how: 'one task that loops inside' },
    after: { by: 'engine', how: 'an upstream task' },
    retry: { by: 'engine', how: 'retries; Airflow stretches a growing pause, to less than twice its length' },
    timeout: { by: 'engine', how: "execution_timeout; in a loop the runner's, item by item" },
    cpu: { by: 'nobody', how: WORKER },
    memory: { by: 'nobody', how: WORKER },
    disk: { by: 'nobody', how: WORKER },
    accelerator: { by: 'nobody', how: WORKER },
    spot: { by: 'nobody', how: WORKER },
    uncached: { by: 'engine', how: 'a task runs each time' },
    schedule: { by: 'engine', how: 'CronTriggerTimetable, in its time zone' },
    labels: { by: 'engine', how: 'tags, as key:value' },
  },
  compile,
  readGraph,
};

function compile(document: PipelineDocument, { project, runStep }: AirflowSettings): CompiledFiles {
  if (!isAbsolute(project)) {
    throw new PlatformError(`Airflow runs tasks in the project's folder, but '${project}' isn't an absolute path`, {
      code: 'config',
      hint: 'give the path that the folder has on the workers',
    });
  }
  const { name, description = '', schedule } = document;
  const content = {
    id: name,
    description,
    tags: tags(document),
    schedule: schedule ?? null,
    project,
    params: dagParams(document),
    tasks: dagTasks(document, runStep),
  };
  return new Map([
    [`${name}.py`, readFileSync(DAG_FILE, 'utf8')],
    [`${name}.json`, `${JSON.stringify(content, undefined, 2)}\n`],
  ]);
}

function tags({ name, labels = {} }: PipelineDocument): string[] {
  const all = Object.entries(labels).map(([key, value]) => `${key}:${value}`);
  const long = all.find((tag) => tag.length > LONGEST_TAG);
  if (long === undefined) return all;
  throw new PlatformError(
    `a label of '${name}' is too long for Airflow: '${long}' has ${long.length} characters, a tag has up to ${LONGEST_TAG}`,
    { code: 'config', hint: 'shorten the label' },
  );
}

const taskList = z.object({
  tasks: z.array(z.object({ id: z.string(), upstream: z.array(z.string()), gates: z.array(z.string()) })),
});

function readGraph(files: CompiledFiles): Graph {
  const [, text] = [...files].find(([path]) => path.endsWith('.json')) ?? [];
  if (text === undefined) {
    throw new PlatformError('there is no JSON file of a DAG', { code: 'config', hint: 'compile it first' });
  }
  const { tasks } = taskList.parse(JSON.parse(text));
  return {
    steps: tasks.map(({ id }) => id),
    edges: tasks.flatMap(({ id, upstream }) => upstream.map((before): [string, string] => [before, id])),
    gated: tasks.filter(({ gates }) => gates.length > 0).map(({ id }) => id),
  };
}
