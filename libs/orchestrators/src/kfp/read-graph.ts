import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { type CompiledFiles, fileOf, type Graph } from '../target.ts';
import { NOTES } from './step-component.ts';

export const PIPELINE_FILE = 'pipeline.yaml';

const taskSchema = z.object({
  componentRef: z.object({ name: z.string() }),
  dependentTasks: z.array(z.string()).default([]),
  inputs: z
    .object({
      artifacts: z
        .record(
          z.string(),
          z.object({
            taskOutputArtifact: z.object({ producerTask: z.string() }).optional(),
            componentInputArtifact: z.string().optional(),
          }),
        )
        .default({}),
      parameters: z
        .record(z.string(), z.object({ runtimeValue: z.object({ constant: z.json() }).optional() }))
        .default({}),
    })
    .default({ artifacts: {}, parameters: {} }),
});
const componentSchema = z.object({
  executorLabel: z.string().optional(),
  dag: z.object({ tasks: z.record(z.string(), taskSchema) }).optional(),
});
const specSchema = z.object({
  root: componentSchema,
  components: z.record(z.string(), componentSchema),
  deploymentSpec: z.object({
    executors: z.record(z.string(), z.object({ container: z.object({ args: z.array(z.string()).default([]) }) })),
  }),
});

type Spec = z.infer<typeof specSchema>;
type ReadTask = z.infer<typeof taskSchema>;

/** The task of a step. */
interface Found {
  readonly name: string;
  /** Steps that it reads from or waits for. */
  readonly needs: readonly string[];
  readonly gated: boolean;
}

/**
 * Reads the graph back: what a task reads, through the sub-DAGs around it, what it waits for beside it, and what its
 * input `after` names, which a sub-DAG around it may wait for. A gate is known by the input `when` of the task behind it. A
 * task that runs the trials of a search is part of the one that takes the best of them, and waits for the same.
 */
export function readKfpGraph(files: CompiledFiles): Graph {
  const [document] = parseAllDocuments(fileOf(files, PIPELINE_FILE));
  const spec = specSchema.parse(document?.toJS());
  const found = tasksWithin(spec, spec.root, new Map());
  return {
    steps: found.map(({ name }) => name),
    edges: found.flatMap(({ name, needs }) => needs.map((before): [string, string] => [before, name])),
    gated: found.filter(({ gated }) => gated).map(({ name }) => name),
  };
}

function tasksWithin(
  spec: Spec,
  { dag }: z.infer<typeof componentSchema>,
  outside: ReadonlyMap<string, string>,
): Found[] {
  const all = Object.entries(dag?.tasks ?? {});
  const trials = new Set(all.filter(([, task]) => runsTrials(spec, task)).map(([name]) => name));
  const tasks = all.filter(([name]) => !trials.has(name));
  return tasks.flatMap(([name, task]) => {
    const producers = producersOf(task, outside);
    const component = spec.components[task.componentRef.name];
    if (component?.dag) return tasksWithin(spec, component, producers);
    const after = z.string().parse(task.inputs.parameters[NOTES.after]?.runtimeValue?.constant ?? '');
    const needs = new Set([...producers.values(), ...task.dependentTasks, ...after.split(', ').filter(Boolean)]);
    const others = [...needs].filter((other) => !trials.has(other));
    return [{ name, needs: others, gated: NOTES.when in task.inputs.parameters }];
  });
}

function runsTrials({ components, deploymentSpec }: Spec, { componentRef }: ReadTask): boolean {
  const executor = deploymentSpec.executors[components[componentRef.name]?.executorLabel ?? ''];
  return executor?.container.args.includes('HyperparameterTuningJob') ?? false;
}

function producersOf({ inputs }: ReadTask, outside: ReadonlyMap<string, string>): Map<string, string> {
  const producers = Object.entries(inputs.artifacts).map(([name, source]) => {
    const producer = source.taskOutputArtifact?.producerTask ?? outside.get(source.componentInputArtifact ?? '');
    return [name, producer ?? ''] as const;
  });
  return new Map(producers);
}
