import { readFileSync } from 'node:fs';
import { PlatformError } from '@ml-platform/errors';
import type { PipelineDocument } from '@ml-platform/pipeline';
import { z } from 'zod';
import type { Feature, Support } from '../features.ts';
import type { CompiledFiles, Graph } from '../target.ts';
import { type DagParam, dagParams } from './params.ts';
import type { DagTask } from './tasks.ts';

/** The longest tag that Airflow takes, in characters. */
const LONGEST_TAG = 100;

/** Who does what in a DAG, whatever its tasks run in. */
export const DAG_FEATURES = {
  gates: { by: 'runner', how: 'a step whose gate says no leaves a marker, and its task is skipped' },
  loop: { by: 'runner', how: 'one task that loops inside' },
  tune: { by: 'runner', how: 'one task that tries one after the other' },
  after: { by: 'engine', how: 'an upstream task' },
  retry: { by: 'engine', how: 'retries; Airflow stretches a growing pause, to less than twice its length' },
  uncached: { by: 'engine', how: 'a task runs each time' },
  schedule: { by: 'engine', how: 'CronTriggerTimetable, in its time zone' },
  labels: { by: 'engine', how: 'tags, as key:value' },
} as const satisfies Partial<Record<Feature, Support>>;

/** What a DAG is made of, in the words of the DAG files. */
interface DagContent {
  readonly id: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly schedule: { readonly cron: string; readonly timezone: string } | null;
  readonly params: readonly DagParam[];
  readonly tasks: readonly DagTask[];
}

/**
 * A DAG file, the same for every pipeline, and beside it the JSON file that it reads: what is given, and what the
 * pipeline says of the DAG as a whole.
 *
 * @throws PlatformError `config` for a label that is too long for a tag.
 */
export function dagFiles<Task extends DagTask>(
  document: PipelineDocument,
  dagFile: URL,
  own: Readonly<Record<string, unknown>> & { readonly tasks: readonly Task[] },
): CompiledFiles {
  const { name, description = '', schedule } = document;
  const { tasks, ...more } = own;
  const content: DagContent = {
    id: name,
    description,
    tags: tags(document),
    schedule: schedule ?? null,
    ...more,
    params: dagParams(document),
    tasks,
  };
  return new Map([
    [`${name}.py`, readFileSync(dagFile, 'utf8')],
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

/** The graph of a DAG, as its JSON file says it. */
export function readDagGraph(files: CompiledFiles): Graph {
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
