import type { PipelineDocument, StepDocument } from '@ml-platform/pipeline';

/** What a pipeline can ask of an engine, in the words of its definition. */
export const FEATURES = [
  'params',
  'gates',
  'loop',
  'tune',
  'after',
  'retry',
  'timeout',
  'cpu',
  'memory',
  'disk',
  'accelerator',
  'spot',
  'uncached',
  'schedule',
  'labels',
] as const;

export type Feature = (typeof FEATURES)[number];

/** Who does what a pipeline asks for: the engine, the step runner inside it, or nobody. */
export interface Support {
  readonly by: 'engine' | 'runner' | 'nobody';
  /** One phrase for the table of features: how it is done, or why it can't be. */
  readonly how: string;
}

export interface Use {
  readonly feature: Feature;
  /** `undefined`: the pipeline as a whole. */
  readonly step?: string;
}

/** Every use of a feature, in the order of definition. */
export function usedFeatures({ steps, schedule, labels, params }: PipelineDocument): Use[] {
  return [
    ...(schedule ? [{ feature: 'schedule' as const }] : []),
    ...(labels && Object.keys(labels).length > 0 ? [{ feature: 'labels' as const }] : []),
    ...steps.flatMap((step) => featuresOf(step, params).map((feature) => ({ feature, step: step.name }))),
  ];
}

function featuresOf(step: StepDocument, params: PipelineDocument['params']): Feature[] {
  const { when = [], after = [], forEach, tune, retry, timeout, resources = {}, spot, cache } = step;
  const properties = params[step.paramsKey]?.properties ?? {};
  const asked: Readonly<Record<Feature, boolean>> = {
    params: Object.keys(properties).length > 0,
    gates: when.length > 0,
    loop: forEach !== undefined,
    tune: tune !== undefined,
    after: after.length > 0,
    retry: (retry?.attempts ?? 1) > 1,
    timeout: timeout !== undefined,
    cpu: resources.cpu !== undefined,
    memory: resources.memory !== undefined,
    disk: resources.disk !== undefined,
    accelerator: resources.accelerator !== undefined,
    spot: spot === true,
    uncached: cache === false,
    schedule: false,
    labels: false,
  };
  return FEATURES.filter((feature) => asked[feature]);
}
