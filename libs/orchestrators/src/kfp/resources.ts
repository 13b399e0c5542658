import { parseMemory, type StepDocument } from '@ml-platform/pipeline';

interface Accelerator {
  /** As the engine calls it. */
  readonly type: string;
  readonly count: number;
}

/** What a container may take, in the fields of today and in those that older engines read: CPUs, and 10^9 bytes. */
export function resourceSpec({ resources = {} }: StepDocument, accelerator?: Accelerator) {
  const { cpu, memory } = resources;
  const spec = {
    ...(cpu !== undefined && { cpuLimit: cpu, resourceCpuLimit: String(cpu) }),
    ...(memory !== undefined && { memoryLimit: gigabytes(memory), resourceMemoryLimit: memory }),
    ...(accelerator && {
      accelerator: {
        type: accelerator.type,
        count: String(accelerator.count),
        resourceType: accelerator.type,
        resourceCount: String(accelerator.count),
      },
    }),
  };
  return Object.keys(spec).length > 0 ? { resources: spec } : {};
}

function gigabytes(memory: string): number {
  return ((parseMemory(memory) ?? 0) * 1024 ** 2) / 1e9;
}
