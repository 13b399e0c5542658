import { type PipelineDocument, readOutputs, type StepDocument, upstream, hasParams } from '@ml-platform/pipeline';
import { describeCondition, metricArguments, type MetricReference } from '../graph.ts';
import {
  ANY_SCHEMA,
  type Channel,
  isWhole,
  metricChannel,
  outputChannel,
  PARAMS,
  SCHEMA_VERSION,
  wholeChannel,
} from './channels.ts';
import { type ArtifactDefinition, type Component, type Definitions, placeholder } from './ir.ts';
import type { KfpSettings } from './settings.ts';

/** Key of the run record among a step's artifacts: no output's name has a hyphen. */
const RECORD = 'run-record';

/** Constant inputs, for people and for reading back: a sub-DAG may wait, and ask its condition, for several tasks. */
export const NOTES = {
  /** Steps that come first although nothing of theirs is read. */
  after: 'after',
  /** The step's own conditions. */
  when: 'when',
} as const;

/** What a step takes and leaves, in the words of the engine. */
export interface StepInterface {
  readonly step: StepDocument;
  readonly inputs: readonly Channel[];
  /** Whether it takes the pipeline's parameter. */
  readonly params: boolean;
  /** Steps that it waits for and reads nothing of. */
  readonly after: readonly string[];
  /** Its outputs one by one, or all that it leaves: where it has none, or may leave a note that it was skipped. */
  readonly outputs: readonly Channel[];
  /** Metrics that it hands on as numbers. */
  readonly metrics: readonly MetricReference[];
}

interface Choices {
  /** Steps whose runner decides whether they run. */
  readonly deciding: ReadonlySet<string>;
  /** Metrics that sub-DAGs ask. */
  readonly asked: readonly MetricReference[];
}

export function interfaceOf(
  document: PipelineDocument,
  step: StepDocument,
  { deciding, asked }: Choices,
): StepInterface {
  const channelOf = (producer: string, key: string) =>
    deciding.has(producer) ? wholeChannel(producer) : outputChannel(document, producer, key);
  const reads = readOutputs(step);
  const outputs = Object.keys(step.outputs).map((key) => outputChannel(document, step.name, key));
  const unread = upstream(step).filter((name) => !reads.some((read) => read.step === name));
  const inputs = [
    ...reads.map((read) => channelOf(read.step, read.output)),
    ...unread.filter((name) => deciding.has(name)).map(wholeChannel),
  ];
  return {
    step,
    inputs: [...new Map(inputs.map((channel) => [channel.name, channel])).values()],
    params: hasParams(document, step),
    after: unread.filter((name) => !deciding.has(name)),
    outputs: outputs.length > 0 && !deciding.has(step.name) ? outputs : [wholeChannel(step.name)],
    metrics: asked.filter((metric) => metric.step === step.name),
  };
}

const TEXT = { parameterType: 'STRING' } as const;

/** What a step's constant inputs say. */
export function notesOf({ step: { when = [] }, after }: Pick<StepInterface, 'step' | 'after'>): Record<string, string> {
  return {
    ...(after.length > 0 && { [NOTES.after]: after.join(', ') }),
    ...(when.length > 0 && { [NOTES.when]: when.map(describeCondition).join(' and ') }),
  };
}

export function componentOf({ step, inputs, params, after, outputs, metrics }: StepInterface): Component {
  const artifacts = Object.fromEntries(outputs.map(({ key, schema }) => [key, artifactDefinition(schema)]));
  return {
    executorLabel: executorOf(step),
    ...definitions('inputDefinitions', {
      artifacts: Object.fromEntries(inputs.map(({ name, schema }) => [name, artifactDefinition(schema)])),
      parameters: {
        ...(params && { [PARAMS]: { parameterType: 'STRUCT' } as const }),
        ...Object.fromEntries(Object.keys(notesOf({ step, after })).map((name) => [name, TEXT])),
      },
    }),
    ...definitions('outputDefinitions', {
      artifacts: { ...artifacts, [recordKey(step)]: artifactDefinition(ANY_SCHEMA) },
      parameters: Object.fromEntries(
        metrics.map((metric) => [metricChannel(metric).key, { parameterType: 'NUMBER_DOUBLE' }] as const),
      ),
    }),
  };
}

/** The record of a step without outputs lies with all that it leaves, so that there is something where others look. */
function recordKey({ name, outputs }: StepDocument): string {
  return Object.keys(outputs).length > 0 ? RECORD : wholeChannel(name).key;
}

/** The words of the step runner's command line, with placeholders for places. */
export function runnerArguments(step: StepInterface, settings: KfpSettings, paramsText?: string): string[] {
  const { outputs, metrics } = step;
  const reference = (channel: Channel) => (isWhole(channel) ? channel.producer : channel.key);
  const files = metrics.map((metric) => [metric, placeholder.outputFile(metricChannel(metric).key)] as const);
  const { output } = placesFor(step.step, settings);
  return [
    ...startArguments(step, settings, paramsText),
    ...outputs.flatMap((channel) => ['--output', `${reference(channel)}=${output(channel.key)}`]),
    ...metricArguments(files),
    ...['--record', output(recordKey(step.step))],
  ];
}

/** Those of them that say what is run, and what it takes. */
export function startArguments(
  { step, inputs, params }: StepInterface,
  settings: KfpSettings,
  paramsText = placeholder.parameter(PARAMS),
): string[] {
  const reference = (channel: Channel) => (isWhole(channel) ? channel.producer : `${channel.producer}.${channel.key}`);
  const { input } = placesFor(step, settings);
  return [
    ...['--pipeline', settings.pipeline, '--step', step.name],
    ...(params ? ['--params-json', paramsText] : []),
    ...inputs.flatMap((channel) => ['--input', `${reference(channel)}=${input(channel.name)}`]),
  ];
}

/** A Spark service reads and writes the object store itself: folders that the engine mounts are none of its. */
function placesFor({ runner }: StepDocument, { command = [] }: KfpSettings) {
  const isOnService = runner.language === 'python' && runner.on === 'spark' && command.includes('--spark');
  return isOnService
    ? { input: placeholder.inputUri, output: placeholder.outputUri }
    : { input: placeholder.input, output: placeholder.output };
}

export function componentName(name: string): string {
  return `comp-${name}`;
}

export function executorOf({ name }: Pick<StepDocument, 'name'>): string {
  return `exec-${name}`;
}

export function artifactDefinition(schemaTitle = ANY_SCHEMA): ArtifactDefinition {
  return { artifactType: { schemaTitle, schemaVersion: SCHEMA_VERSION } };
}

/** Input or output definitions, without what would be empty. */
export function definitions<Field extends string>(
  field: Field,
  { artifacts = {}, parameters = {} }: Definitions,
): Partial<Record<Field, Definitions>> {
  const found = {
    ...(Object.keys(artifacts).length > 0 && { artifacts }),
    ...(Object.keys(parameters).length > 0 && { parameters }),
  };
  return Object.keys(found).length > 0 ? ({ [field]: found } as Partial<Record<Field, Definitions>>) : {};
}
