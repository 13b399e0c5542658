import { PlatformError } from '@ml-platform/errors';
import type { PipelineDocument, StepDocument } from '@ml-platform/pipeline';
import { engineTimeout } from '../timeout.ts';
import type { KubeflowSettings, Placement } from './settings.ts';
import { executorOf } from './step-component.ts';

/** What the engine does with a step's Pod besides its container, or `undefined`. Source: kubernetes_executor_config.proto. */
export function kubernetesPlatform(document: PipelineDocument, settings: KubeflowSettings) {
  const configs = document.steps.map((step) => [executorOf(step), executorConfig(document, step, settings)] as const);
  const executors = configs.filter(([, config]) => Object.keys(config).length > 0);
  if (executors.length === 0) return undefined;
  return { platforms: { kubernetes: { deploymentSpec: { executors: Object.fromEntries(executors) } } } };
}

function executorConfig({ labels = {} }: PipelineDocument, step: StepDocument, settings: KubeflowSettings) {
  const places = placements(step, settings);
  const nodeLabels = Object.assign({}, ...places.map(({ nodeSelector }) => nodeSelector)) as Record<string, string>;
  const tolerations = places.flatMap((place) => place.tolerations ?? []);
  const timeout = engineTimeout(step);
  return {
    ...(Object.keys(nodeLabels).length > 0 && { nodeSelector: { labels: nodeLabels } }),
    ...(tolerations.length > 0 && { tolerations }),
    ...(Object.keys(labels).length > 0 && { podMetadata: { labels } }),
    ...(timeout !== undefined && { activeDeadlineSeconds: String(timeout) }),
  };
}

function placements(step: StepDocument, settings: KubeflowSettings): Placement[] {
  if (step.spot && settings.spot === undefined) throw missing(step.name, 'spot', 'spot: { nodeSelector: { … } }');
  const accelerator = kubernetesAccelerator(step, settings);
  return [...(step.spot && settings.spot ? [settings.spot] : []), ...(accelerator ? [accelerator] : [])];
}

/** The resource that nodes with the step's accelerator offer, and where these are. */
export function kubernetesAccelerator({ name, resources }: StepDocument, { accelerators = {} }: KubeflowSettings) {
  const asked = resources?.accelerator;
  if (asked === undefined) return undefined;
  const found = accelerators[asked.type];
  if (found) return { ...found, count: asked.count };
  const example = `accelerators: { ${asked.type}: { resource: nvidia.com/gpu } }`;
  throw missing(name, `accelerator ${asked.type}`, example);
}

function missing(step: string, what: string, example: string): PlatformError {
  return new PlatformError(
    `step '${step}' asks for ${what}, and the settings of Kubeflow don't say which nodes have it`,
    {
      code: 'config',
      hint: `in targets.yaml, below kubeflow: ${example}`,
    },
  );
}
