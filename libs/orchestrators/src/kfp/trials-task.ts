import type { PipelineDocument } from '@ml-platform/pipeline';
import { JOB_RESOURCES } from './custom-job.ts';
import type { Component, Container, PipelineSpec, Task } from './ir.ts';
import { artifactDefinition, componentName, executorOf } from './step-component.ts';
import { TRIALS } from './tuning-job.ts';

/** What runs the trials of a search that the engine leads, by the name of the step. */
export type TrialContainers = ReadonlyMap<string, Container>;

/**
 * Puts before the task of each such step one that runs its trials: it takes the same, and leaves a place with the trials in
 * it, which the step's own task takes too. Their result is used again as that of any other task.
 */
export function withTrials(spec: PipelineSpec, containers: TrialContainers): PipelineSpec {
  return [...containers].reduce((changed, [step, container]) => withTrialsOf(changed, step, container), spec);
}

function withTrialsOf(spec: PipelineSpec, step: string, container: Container): PipelineSpec {
  const trials = trialsName(spec, step);
  const changed = ([name, component]: [string, Component]) => [name, withTask(component, step, trials)] as const;
  const components = Object.fromEntries(Object.entries(spec.components).map(changed));
  const own = components[componentName(step)] ?? {};
  return {
    ...spec,
    root: withTask(spec.root, step, trials),
    components: {
      ...components,
      [componentName(step)]: takingTrials(own),
      [componentName(trials)]: {
        executorLabel: executorOf({ name: trials }),
        ...(own.inputDefinitions && { inputDefinitions: own.inputDefinitions }),
        outputDefinitions: {
          artifacts: { [TRIALS]: artifactDefinition() },
          parameters: { [JOB_RESOURCES]: { parameterType: 'STRING' } },
        },
      },
    },
    deploymentSpec: { executors: { ...spec.deploymentSpec.executors, [executorOf({ name: trials })]: { container } } },
  };
}

/** A name that no step's component has. */
function trialsName({ components }: PipelineSpec, step: string): string {
  let name = `${step}-trials`;
  for (let count = 2; componentName(name) in components; count++) name = `${step}-trials-${count}`;
  return name;
}

/** The pipeline's step that a task is part of. */
export function stepOfTask({ steps }: PipelineDocument, task: string): string {
  const isStep = (name: string) => steps.some((step) => step.name === name);
  const step = task.replace(/-trials(-\d+)?$/, '');
  return !isStep(task) && isStep(step) ? step : task;
}

function takingTrials({ inputDefinitions = {}, ...component }: Component): Component {
  const artifacts = { ...inputDefinitions.artifacts, [TRIALS]: artifactDefinition() };
  return { ...component, inputDefinitions: { ...inputDefinitions, artifacts } };
}

function withTask(component: Component, step: string, trials: string): Component {
  const { tasks } = component.dag ?? {};
  if (tasks === undefined || !(step in tasks)) return component;
  const changed = Object.entries(tasks).flatMap(([name, task]) =>
    name === step
      ? [
          [trials, trialsTask(task, trials)],
          [name, adoptingTask(task, trials)],
        ]
      : [[name, task]],
  );
  return { ...component, dag: { tasks: Object.fromEntries(changed) } };
}

/** Without retries: a trial that fails is run again inside its job, and the others needn't be. */
function trialsTask({ retryPolicy: _, ...task }: Task, name: string): Task {
  return { ...task, taskInfo: { name }, componentRef: { name: componentName(name) } };
}

function adoptingTask({ dependentTasks = [], inputs = {}, ...task }: Task, trials: string): Task {
  const place = { taskOutputArtifact: { producerTask: trials, outputArtifactKey: TRIALS } };
  return {
    ...task,
    dependentTasks: [...dependentTasks, trials],
    inputs: { ...inputs, artifacts: { ...inputs.artifacts, [TRIALS]: place } },
  };
}
