import { PlatformError } from '@ml-platform/errors';
import { type PipelineDocument, parseDuration, type StepDocument } from '@ml-platform/pipeline';
import { gateMetrics, metricArguments, type MetricReference } from '../graph.ts';
import { engineTimeout } from '../timeout.ts';
import type { ArgoSettings, Placement } from './settings.ts';

/** Where a Pod writes the metrics that gates read. */
const METRICS = '/tmp/metrics';

/** The name of the parameter that a metric leaves a task by: letters, digits, `-` and `_` are all that Argo takes. */
export function parameterOf({ output, name }: MetricReference): string {
  return `${output}-${name.replace(/[^a-zA-Z0-9]/g, (letter) => `_${letter.codePointAt(0)?.toString(16)}_`)}`;
}

/** The template of a step: one container, run again as the step says, with the metrics that gates read as parameters. */
export function stepTemplate(document: PipelineDocument, step: StepDocument, settings: ArgoSettings) {
  const metrics = gateMetrics(document, step.name);
  const timeout = engineTimeout(step);
  return {
    name: step.name,
    ...(step.description && { metadata: { annotations: { 'workflows.argoproj.io/description': step.description } } }),
    ...placement(step, settings),
    // Of each attempt; the runner stops the step itself when its own clock says so.
    ...(timeout !== undefined && { activeDeadlineSeconds: timeout }),
    ...retryStrategy(step),
    container: {
      image: settings.images[step.runner.language],
      command: [...(settings.command ?? ['run-step'])],
      args: runnerArguments(step, settings, metrics),
      ...resources(step, settings),
    },
    ...(metrics.length > 0 && {
      outputs: {
        parameters: metrics.map((metric) => ({
          name: parameterOf(metric),
          valueFrom: { path: `${METRICS}/${parameterOf(metric)}` },
        })),
      },
    }),
  };
}

function runnerArguments(step: StepDocument, { pipeline, lake }: ArgoSettings, metrics: readonly MetricReference[]) {
  const store = `${lake.replace(/\/+$/, '')}/{{workflow.name}}`;
  const files = metricArguments(metrics.map((metric) => [metric, `${METRICS}/${parameterOf(metric)}`]));
  const place = ['--pipeline', pipeline, '--step', step.name, '--store', store];
  return [...place, '--params-json', '{{workflow.parameters.params}}', ...files];
}

function resources({ name, resources = {} }: StepDocument, settings: ArgoSettings) {
  const { cpu, memory, disk, accelerator } = resources;
  const asked = {
    ...(cpu !== undefined && { cpu: String(cpu) }),
    ...(memory !== undefined && { memory }),
    ...(disk !== undefined && { 'ephemeral-storage': disk }),
    ...(accelerator && { [acceleratorOf(name, accelerator.type, settings).resource]: String(accelerator.count) }),
  };
  return Object.keys(asked).length > 0 ? { resources: { requests: asked, limits: asked } } : {};
}

function placement({ name, resources, spot }: StepDocument, settings: ArgoSettings): Placement {
  const places: Placement[] = [];
  if (spot) {
    if (settings.spot === undefined) throw missing(name, 'spot', 'spot: { nodeSelector: { … } }');
    places.push(settings.spot);
  }
  if (resources?.accelerator) places.push(acceleratorOf(name, resources.accelerator.type, settings));
  const nodeSelector = Object.assign({}, ...places.map((place) => place.nodeSelector));
  const tolerations = places.flatMap((place) => place.tolerations ?? []);
  return {
    ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
    ...(tolerations.length > 0 && { tolerations }),
  };
}

function acceleratorOf(step: string, type: string, { accelerators = {} }: ArgoSettings) {
  const found = accelerators[type];
  if (found) return found;
  throw missing(step, `accelerator ${type}`, `accelerators: { ${type}: { resource: nvidia.com/gpu } }`);
}

function missing(step: string, what: string, example: string): PlatformError {
  return new PlatformError(`step '${step}' asks for ${what}, and the settings of Argo don't say which nodes have it`, {
    code: 'config',
    hint: `in targets.yaml, below argo: ${example}`,
  });
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
