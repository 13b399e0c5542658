import { type PipelineDocument, parseDuration, type StepDocument } from '@ml-platform/pipeline';
import { gateMetrics, loopedLists, metricArguments, type MetricReference } from '../graph.ts';
import { containerResources, placement } from '../kubernetes/placement.ts';
import { isRayStep, rayJob } from './ray-job.ts';
import type { ArgoSettings } from './settings.ts';

/** Where a Pod writes the numbers and lists that other tasks read. */
const VALUES = '/tmp/values';
/** As errors about settings name it. */
const ENGINE = { name: 'argo', title: 'Argo' };

/** The name of the parameter that a metric leaves a task by: letters, digits, `-` and `_` are all that Argo takes. */
export function parameterOf({ output, name }: MetricReference): string {
  return `${output}-${name.replace(/[^a-zA-Z0-9]/g, (letter) => `_${letter.codePointAt(0)?.toString(16)}_`)}`;
}

/** The name of the parameter that the indices of a list leave a task by; no metric's, since these have an output before a hyphen. */
export function listParameterOf(output: string): string {
  return `indices_of_${output}`;
}

/**
 * The templates of a step: one container, run again as the step says, with the numbers that gates read and the lists that
 * tasks fan out over as parameters. A step that loops has two: one item, and what puts the items together.
 */
export function stepTemplates(document: PipelineDocument, step: StepDocument, settings: ArgoSettings, items: string) {
  if (isRayStep(step)) return rayTemplates(document, step, settings, items);
  if (step.forEach === undefined)
    return [template(step, { ...work(step, settings), ...handedOn(document, step) }, settings)];
  const item = {
    ...work(step, settings),
    name: items,
    inputs: { parameters: [{ name: 'item' }] },
    arguments: ['--item', '{{inputs.parameters.item}}'],
  };
  const collect = {
    arguments: ['--collect', ...handedOn(document, step).arguments],
    outputs: handedOn(document, step).outputs,
  };
  return [template(step, item, settings), template(step, collect, settings)];
}

/** A resource leaves no file behind, so a container after it hands on what the step left in the lake. */
function rayTemplates(document: PipelineDocument, step: StepDocument, settings: ArgoSettings, name: string) {
  const { resources: _resources, arguments: _arguments, nodeSelector, tolerations, ...more } = work(step, settings);
  const { arguments: handed, outputs } = handedOn(document, step);
  const job = { name, ...described(step), ...more, ...rayJob(step, placeArguments(step, settings), settings) };
  return [job, template(step, { arguments: ['--publish', ...handed], outputs }, settings)];
}

interface Part {
  readonly name?: string;
  readonly arguments: readonly string[];
  readonly resources?: object | undefined;
  readonly outputs?: object | undefined;
  readonly [field: string]: unknown;
}

function template(
  step: StepDocument,
  { name = step.name, arguments: more, resources, outputs, ...fields }: Part,
  settings: ArgoSettings,
) {
  return {
    name,
    ...described(step),
    ...fields,
    container: {
      image: settings.images[step.runner.language],
      command: [...(settings.command ?? ['run-step'])],
      args: [...runnerArguments(step, settings), ...more],
      ...(resources && { resources }),
    },
    ...(outputs && { outputs }),
  };
}

function described({ description }: StepDocument) {
  return description === undefined
    ? {}
    : { metadata: { annotations: { 'workflows.argoproj.io/description': description } } };
}

/** What the step's own code needs: machines, time and further attempts. */
function work(step: StepDocument, settings: ArgoSettings): Part {
  const { timeout } = step;
  return {
    ...placement(step, settings, ENGINE),
    // Of each attempt; the runner stops the step itself when its own clock says so.
    ...(timeout !== undefined && { activeDeadlineSeconds: parseDuration(timeout) }),
    ...retryStrategy(step),
    resources: containerResources(step, settings, ENGINE),
    arguments: [],
  };
}

/** What later tasks read from this one: files that become parameters. */
function handedOn(document: PipelineDocument, step: StepDocument) {
  const metrics = gateMetrics(document, step.name).map(
    (metric) => [metric, `${VALUES}/${parameterOf(metric)}`] as const,
  );
  const lists = loopedLists(document, step.name).map(
    (output) => [output, `${VALUES}/${listParameterOf(output)}`] as const,
  );
  const parameters = [
    ...metrics.map(([metric, path]) => ({ name: parameterOf(metric), valueFrom: { path } })),
    ...lists.map(([output, path]) => ({ name: listParameterOf(output), valueFrom: { path } })),
  ];
  return {
    arguments: [...metricArguments(metrics), ...lists.flatMap(([output, path]) => ['--list', `${output}=${path}`])],
    outputs: parameters.length > 0 ? { parameters } : undefined,
  };
}

function runnerArguments(step: StepDocument, settings: ArgoSettings): string[] {
  return [...placeArguments(step, settings), '--params-json', '{{workflow.parameters.params}}'];
}

function placeArguments(step: StepDocument, { pipeline, lake }: ArgoSettings): string[] {
  const store = `${lake.replace(/\/+$/, '')}/{{workflow.name}}`;
  return ['--pipeline', pipeline, '--step', step.name, '--store', store];
}

/** Argo counts the runs after the first, and says durations as Go does. */
function retryStrategy({ retry }: StepDocument) {
  if (retry === undefined || retry.attempts < 2) return {};
  const { attempts, backoff, factor } = retry;
  const pause = backoff && {
    duration: `${parseDuration(backoff)}s`,
    ...(factor !== undefined && { factor: String(factor) }),
  };
  return { retryStrategy: { limit: String(attempts - 1), retryPolicy: 'Always', ...(pause && { backoff: pause }) } };
}
