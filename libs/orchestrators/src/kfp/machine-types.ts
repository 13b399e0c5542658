import { parseMemory, type PipelineDocument, type StepDocument } from '@ml-platform/pipeline';
import { beyondLimit } from '../limits.ts';

/** Source of the machines and numbers of accelerators that follow; Google documents Vertex AI under its later name. */
const CONFIGURE_COMPUTE =
  'Google Cloud documentation, "Configure compute resources for Gemini Enterprise Agent Platform serverless training"';

interface Machine {
  readonly name: string;
  readonly cpus: number;
  /** In GiB. */
  readonly memory: number;
  /** Numbers of accelerators that it takes. */
  readonly accelerators?: readonly number[];
}

const E2: readonly Machine[] = [
  { name: 'e2-highmem-2', cpus: 2, memory: 16 },
  { name: 'e2-standard-4', cpus: 4, memory: 16 },
  { name: 'e2-highmem-4', cpus: 4, memory: 32 },
  { name: 'e2-standard-8', cpus: 8, memory: 32 },
  { name: 'e2-highmem-8', cpus: 8, memory: 64 },
  { name: 'e2-standard-16', cpus: 16, memory: 64 },
  { name: 'e2-highmem-16', cpus: 16, memory: 128 },
  { name: 'e2-standard-32', cpus: 32, memory: 128 },
];
const N1: readonly Machine[] = [4, 8, 16, 32, 64, 96].flatMap((cpus) => [
  { name: `n1-standard-${cpus}`, cpus, memory: cpus * 3.75 },
  { name: `n1-highmem-${cpus}`, cpus, memory: cpus * 6.5 },
]);

/** What a step gets that asks for nothing: the machine of a container task as well. */
const DEFAULT_MACHINE = 'e2-standard-4';

/** In the order in which a step takes the first that is enough. */
const PLAIN: readonly Machine[] = [...E2, ...N1.filter(({ cpus }) => cpus >= 32)];

interface Accelerator {
  /** In the API's enum `AcceleratorType`. */
  readonly type: string;
  readonly machines: readonly Machine[];
}

const n1With = (counts: readonly number[], atLeast: (cpus: number) => number): readonly Machine[] =>
  N1.map((machine) => ({ ...machine, accelerators: counts.filter((count) => count >= atLeast(machine.cpus)) }));
const built = (name: string, cpus: number, memory: number, count: number): Machine => ({
  name,
  cpus,
  memory,
  accelerators: [count],
});

const ACCELERATORS: Readonly<Record<string, Accelerator>> = {
  'nvidia-t4': {
    type: 'NVIDIA_TESLA_T4',
    machines: n1With([1, 2, 4], (cpus) => (cpus <= 16 ? 1 : cpus <= 32 ? 2 : 4)),
  },
  'nvidia-v100': {
    type: 'NVIDIA_TESLA_V100',
    machines: n1With([1, 2, 4, 8], (cpus) => Math.max(1, Math.min(8, cpus / 8))),
  },
  'nvidia-l4': {
    type: 'NVIDIA_L4',
    machines: [
      ...[4, 8, 12, 16, 32].map((cpus) => built(`g2-standard-${cpus}`, cpus, cpus * 4, 1)),
      ...[2, 4, 8].map((count) => built(`g2-standard-${count * 12}`, count * 12, count * 48, count)),
    ],
  },
  'nvidia-a100-40gb': {
    type: 'NVIDIA_TESLA_A100',
    machines: [
      ...[1, 2, 4, 8].map((count) => built(`a2-highgpu-${count}g`, count * 12, count * 85, count)),
      built('a2-megagpu-16g', 96, 1360, 16),
    ],
  },
  'nvidia-a100-80gb': {
    type: 'NVIDIA_A100_80GB',
    machines: [1, 2, 4, 8].map((count) => built(`a2-ultragpu-${count}g`, count * 12, count * 170, count)),
  },
  'nvidia-h100-80gb': {
    type: 'NVIDIA_H100_80GB',
    machines: [1, 2, 4, 8].map((count) => built(`a3-highgpu-${count}g`, count * 26, count * 234, count)),
  },
};

/**
 * The accelerator of a step, as Vertex AI calls it.
 *
 * @throws PlatformError `config` for one that it doesn't have, or not in that number.
 */
export function vertexAccelerator(pipeline: string, { name, resources }: StepDocument) {
  const asked = resources?.accelerator;
  if (asked === undefined) return undefined;
  const found = ACCELERATORS[asked.type];
  const excess = { step: name, source: CONFIGURE_COMPUTE };
  if (found === undefined) {
    const limit = `Vertex AI has ${Object.keys(ACCELERATORS).join(', ')}`;
    throw beyondLimit(pipeline, { ...excess, field: 'resources.accelerator.type', value: asked.type, limit });
  }
  const counts = [...new Set(found.machines.flatMap(({ accelerators = [] }) => accelerators))].sort((a, b) => a - b);
  if (counts.includes(asked.count)) return { type: found.type, count: asked.count };
  const limit = `Vertex AI has machines with ${counts.join(', ')} of ${asked.type}`;
  throw beyondLimit(pipeline, { ...excess, field: 'resources.accelerator.count', value: asked.count, limit });
}

/**
 * The smallest machine that has what a step asks for.
 *
 * @throws PlatformError `config` where none has.
 */
export function machineType({ name: pipeline }: PipelineDocument, { name, resources = {} }: StepDocument): string {
  const { cpu, memory, accelerator } = resources;
  if (cpu === undefined && memory === undefined && accelerator === undefined) return DEFAULT_MACHINE;
  const gibibytes = memory === undefined ? 0 : (parseMemory(memory) ?? 0) / 1024;
  const machines = accelerator
    ? (ACCELERATORS[accelerator.type]?.machines ?? []).filter((machine) =>
        machine.accelerators?.includes(accelerator.count),
      )
    : PLAIN;
  const found = machines.find((machine) => machine.cpus >= (cpu ?? 0) && machine.memory >= gibibytes);
  if (found) return found.name;
  const largest = machines.reduce((one, other) => (other.memory > one.memory ? other : one));
  const asked = accelerator ? ` with ${accelerator.count} ${accelerator.type}` : '';
  throw beyondLimit(pipeline, {
    step: name,
    field: 'resources',
    value: [...(cpu === undefined ? [] : [`${cpu} CPUs`]), ...(memory === undefined ? [] : [memory])].join(' and '),
    limit: `the largest machine${asked} has ${largest.cpus} CPUs and ${largest.memory}Gi`,
    source: CONFIGURE_COMPUTE,
  });
}
