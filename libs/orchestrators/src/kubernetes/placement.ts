import { PlatformError } from '@ml-platform/errors';
import type { StepDocument } from '@ml-platform/pipeline';
import { z } from 'zod';

/** Where Pods of one kind may run, as Kubernetes says it. */
const placementSchema = z.strictObject({
  nodeSelector: z.record(z.string(), z.string()).exactOptional(),
  tolerations: z
    .array(
      z.strictObject({
        key: z.string().exactOptional(),
        operator: z.enum(['Exists', 'Equal']).exactOptional(),
        value: z.string().exactOptional(),
        effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).exactOptional(),
      }),
    )
    .exactOptional(),
});

/** Of an engine's settings, the nodes that steps with wishes of their own run on. */
export const nodeSettings = z.strictObject({
  spot: placementSchema.exactOptional(),
  /** By the accelerator's type, with the resource that its nodes offer, such as `nvidia.com/gpu`. */
  accelerators: z.record(z.string(), placementSchema.extend({ resource: z.string() })).exactOptional(),
});

type Placement = z.infer<typeof placementSchema>;
type NodeSettings = z.infer<typeof nodeSettings>;

/** An engine that makes Pods, as errors name it, and its section of the settings. */
interface Engine {
  readonly name: string;
  readonly title: string;
}

/**
 * The nodes that a step's Pod may run on; nothing where any will do.
 *
 * @throws PlatformError `config` for spot nodes or an accelerator that the settings don't have.
 */
export function placement({ name, resources, spot }: StepDocument, settings: NodeSettings, engine: Engine): Placement {
  const places: Placement[] = [];
  if (spot) {
    if (settings.spot === undefined) throw missing(name, 'spot', 'spot: { nodeSelector: { … } }', engine);
    places.push(settings.spot);
  }
  if (resources?.accelerator) places.push(acceleratorOf(name, resources.accelerator.type, settings, engine));
  const nodeSelector = Object.assign({}, ...places.map((place) => place.nodeSelector));
  const tolerations = places.flatMap((place) => place.tolerations ?? []);
  return {
    ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
    ...(tolerations.length > 0 && { tolerations }),
  };
}

/**
 * What a step's container asks for: guaranteed, and not more; `undefined` where it asks for nothing.
 *
 * @throws PlatformError `config` for an accelerator that the settings don't have.
 */
export function containerResources({ name, resources = {} }: StepDocument, settings: NodeSettings, engine: Engine) {
  const { cpu, memory, disk, accelerator } = resources;
  const asked: Record<string, string> = {
    ...(cpu !== undefined && { cpu: String(cpu) }),
    ...(memory !== undefined && { memory }),
    ...(disk !== undefined && { 'ephemeral-storage': disk }),
    ...(accelerator && {
      [acceleratorOf(name, accelerator.type, settings, engine).resource]: String(accelerator.count),
    }),
  };
  return Object.keys(asked).length > 0 ? { requests: asked, limits: asked } : undefined;
}

function acceleratorOf(step: string, type: string, { accelerators = {} }: NodeSettings, engine: Engine) {
  const found = accelerators[type];
  if (found) return found;
  throw missing(step, `accelerator ${type}`, `accelerators: { ${type}: { resource: nvidia.com/gpu } }`, engine);
}

function missing(step: string, what: string, example: string, { name, title }: Engine): PlatformError {
  return new PlatformError(
    `step '${step}' asks for ${what}, and the settings of ${title} don't say which nodes have it`,
    { code: 'config', hint: `in targets.yaml, below ${name}: ${example}` },
  );
}
