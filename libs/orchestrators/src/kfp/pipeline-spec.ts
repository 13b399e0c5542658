import { parseDuration, type PipelineDocument, type StepDocument, upstream } from '@ml-platform/pipeline';
import { metricsOf } from '../graph.ts';
import { type Channel, expressionOf, metricChannel, PARAMS } from './channels.ts';
import { allDags, allSteps, askedMetrics, type Dag, dagTree } from './dag-tree.ts';
import type { ArtifactSource, Component, Container, ParameterSource, PipelineSpec, Task, TaskInputs } from './ir.ts';
import { nest } from './nesting.ts';
import type { KfpSettings } from './settings.ts';
import {
  artifactDefinition,
  componentName,
  componentOf,
  definitions,
  executorOf,
  interfaceOf,
  notesOf,
  type StepInterface,
} from './step-component.ts';

/** The engine gives up retrying after this time in all, an hour unless told otherwise; here the attempts alone count. */
const RETRY_FOR = '604800s';

type Interfaces = ReadonlyMap<string, StepInterface>;

/** A pipeline in KFP's intermediate representation; an engine's compiler says what runs a step. */
export function pipelineSpec(
  document: PipelineDocument,
  { root }: KfpSettings,
  containerOf: (step: StepInterface) => Container,
): PipelineSpec {
  const { name, description } = document;
  const nesting = nest(document);
  const dag = dagTree(document, nesting);
  const deciding = new Set([...nesting.places].flatMap(([step, { decidesItself }]) => (decidesItself ? [step] : [])));
  const choices = { deciding, asked: askedMetrics(dag) };
  const interfaces = new Map(document.steps.map((step) => [step.name, interfaceOf(document, step, choices)]));
  const all = [...interfaces.values()];
  return {
    pipelineInfo: { name, ...(description !== undefined && { description }) },
    schemaVersion: '2.1.0',
    sdkVersion: 'ml-platform',
    ...(root !== undefined && { defaultPipelineRoot: root }),
    root: {
      dag: { tasks: tasksOf(dag, interfaces) },
      ...(all.some(({ params }) => params) && { inputDefinitions: { parameters: { [PARAMS]: rootParams } } }),
    },
    components: Object.fromEntries([
      ...all.map((step) => [componentName(step.step.name), componentOf(step)] as const),
      ...allDags(dag).flatMap((gate) => gateComponent(gate, interfaces)),
    ]),
    deploymentSpec: {
      executors: Object.fromEntries(all.map((step) => [executorOf(step.step), { container: containerOf(step) }])),
    },
  };
}

const rootParams = {
  parameterType: 'STRUCT',
  defaultValue: {},
  isOptional: true,
  description: 'Parameters other than the defaults, by step: {"train": {"trials": 50}}',
} as const;

function gateComponent(dag: Dag, interfaces: Interfaces): [string, Component][] {
  if (dag.name === undefined) return [];
  const channels = fromOutside(dag, interfaces);
  const kind = (wanted: Channel['kind']) => channels.filter((channel) => channel.kind === wanted);
  const component = {
    dag: { tasks: tasksOf(dag, interfaces) },
    ...definitions('inputDefinitions', {
      artifacts: Object.fromEntries(kind('artifacts').map(({ name, schema }) => [name, artifactDefinition(schema)])),
      parameters: {
        ...Object.fromEntries(
          kind('parameters').map(({ name }) => [name, { parameterType: 'NUMBER_DOUBLE' }] as const),
        ),
        ...(takesParams(dag, interfaces) && { [PARAMS]: { parameterType: 'STRUCT' } as const }),
      },
    }),
  };
  return [[componentName(dag.name), component]];
}

/** What a sub-DAG reads that nothing within it leaves: for its own conditions, its steps, and its sub-DAGs. */
function fromOutside(dag: Dag, interfaces: Interfaces): Channel[] {
  const within = new Set(allSteps(dag).map(({ name }) => name));
  const conditions = allDags(dag).flatMap((gate) => gate.conditions);
  const channels = [
    ...metricsOf(conditions).map(metricChannel),
    ...allSteps(dag).flatMap(({ name }) => interfaces.get(name)?.inputs ?? []),
  ].filter(({ producer }) => !within.has(producer));
  return [...new Map(channels.map((channel) => [`${channel.kind} ${channel.name}`, channel])).values()];
}

function takesParams(dag: Dag, interfaces: Interfaces): boolean {
  return allSteps(dag).some(({ name }) => interfaces.get(name)?.params);
}

function tasksOf(dag: Dag, interfaces: Interfaces): Record<string, Task> {
  const siblings = new Set(dag.steps.map(({ name }) => name));
  const tasks = dag.steps.map((step) => [step.name, stepTask(step, siblings, interfaces)] as const);
  const gates = dag.gates.map((gate) => [gate.name ?? '', gateTask(gate, siblings, interfaces)] as const);
  return Object.fromEntries([...tasks, ...gates]);
}

function stepTask(step: StepDocument, siblings: ReadonlySet<string>, interfaces: Interfaces): Task {
  const { inputs = [], params = false, after = [] } = interfaces.get(step.name) ?? {};
  const notes = Object.entries(notesOf({ step, after }));
  return {
    taskInfo: { name: step.name },
    componentRef: { name: componentName(step.name) },
    ...dependentTasks(upstream(step), siblings),
    ...taskInputs(inputs, siblings, {
      ...(params && { [PARAMS]: { componentInputParameter: PARAMS } }),
      ...Object.fromEntries(notes.map(([name, constant]) => [name, { runtimeValue: { constant } }])),
    }),
    cachingOptions: { enableCache: step.cache !== false },
    ...retryPolicy(step),
  };
}

/** A sub-DAG waits for all that anything in it waits for. */
function gateTask(gate: Dag, siblings: ReadonlySet<string>, interfaces: Interfaces): Task {
  const name = gate.name ?? '';
  const asked = metricsOf(gate.conditions).map(({ step }) => step);
  return {
    taskInfo: { name },
    componentRef: { name: componentName(name) },
    ...dependentTasks([...asked, ...allSteps(gate).flatMap(upstream)], siblings),
    ...taskInputs(
      fromOutside(gate, interfaces),
      siblings,
      takesParams(gate, interfaces) ? { [PARAMS]: { componentInputParameter: PARAMS } } : {},
    ),
    triggerPolicy: { condition: gate.conditions.map(expressionOf).join(' && ') },
  };
}

function dependentTasks(needed: readonly string[], siblings: ReadonlySet<string>) {
  const tasks = [...new Set(needed)].filter((name) => siblings.has(name));
  return tasks.length > 0 ? { dependentTasks: tasks } : {};
}

function taskInputs(
  channels: readonly Channel[],
  siblings: ReadonlySet<string>,
  more: Readonly<Record<string, ParameterSource>>,
): { inputs?: TaskInputs } {
  const artifacts: Record<string, ArtifactSource> = {};
  const parameters: Record<string, ParameterSource> = {};
  for (const { kind, name, producer, key } of channels) {
    const beside = siblings.has(producer);
    if (kind === 'artifacts')
      artifacts[name] = beside
        ? { taskOutputArtifact: { producerTask: producer, outputArtifactKey: key } }
        : { componentInputArtifact: name };
    else
      parameters[name] = beside
        ? { taskOutputParameter: { producerTask: producer, outputParameterKey: key } }
        : { componentInputParameter: name };
  }
  const inputs = {
    ...(Object.keys(artifacts).length > 0 && { artifacts }),
    ...(Object.keys({ ...parameters, ...more }).length > 0 && { parameters: { ...parameters, ...more } }),
  };
  return Object.keys(inputs).length > 0 ? { inputs } : {};
}

/** The engine counts the runs after the first. */
function retryPolicy({ retry }: StepDocument) {
  if (retry === undefined || retry.attempts < 2) return {};
  const { attempts, backoff, factor = 2 } = retry;
  return {
    retryPolicy: {
      maxRetryCount: attempts - 1,
      backoffDuration: `${backoff === undefined ? 0 : (parseDuration(backoff) ?? 0)}s`,
      backoffFactor: factor,
      backoffMaxDuration: RETRY_FOR,
    },
  };
}
