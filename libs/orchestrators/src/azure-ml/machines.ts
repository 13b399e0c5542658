import { parseMemory, type StepDocument } from '@ml-platform/pipeline';

export const MACHINES_SOURCE =
  'Azure Machine Learning documentation, "What are compute targets in Azure Machine Learning?", supported VM series';

/** A size of virtual machine. */
export interface Machine {
  readonly size: string;
  readonly cpu: number;
  /** Gibibytes. */
  readonly memory: number;
  readonly accelerator?: { readonly type: string; readonly count: number };
}

/**
 * What a new subscription can have. Of accelerators, Azure Machine Learning has no L4 and no A10G, and the V100 of NCv3 is
 * retired; the H100 of NC sizes has 94 GB.
 */
export const CURRENT_MACHINES: readonly Machine[] = [
  ...series('D', 'ds_v4', { 2: 8, 4: 16, 8: 32, 16: 64, 32: 128, 48: 192, 64: 256 }),
  ...series('E', 'a_v4', { 2: 16, 4: 32, 8: 64, 16: 128, 20: 160, 32: 256, 48: 384, 64: 512, 96: 672 }),
  accelerated('NC4as_T4_v3', 4, 28, 'nvidia-t4', 1),
  accelerated('NC8as_T4_v3', 8, 56, 'nvidia-t4', 1),
  accelerated('NC16as_T4_v3', 16, 110, 'nvidia-t4', 1),
  accelerated('NC64as_T4_v3', 64, 440, 'nvidia-t4', 4),
  accelerated('ND96asr_v4', 96, 900, 'nvidia-a100-40gb', 8),
  accelerated('NC24ads_A100_v4', 24, 220, 'nvidia-a100-80gb', 1),
  accelerated('NC48ads_A100_v4', 48, 440, 'nvidia-a100-80gb', 2),
  accelerated('NC96ads_A100_v4', 96, 880, 'nvidia-a100-80gb', 4),
  accelerated('ND96amsr_A100_v4', 96, 1800, 'nvidia-a100-80gb', 8),
  accelerated('NC40ads_H100_v5', 40, 320, 'nvidia-h100-80gb', 1),
  accelerated('NC80adis_H100_v5', 80, 640, 'nvidia-h100-80gb', 2),
  accelerated('ND96isr_H100_v5', 96, 1900, 'nvidia-h100-80gb', 8),
].sort(bySize);

/** With those that only a subscription which had them by July 2026 can have: Dsv3, Esv3 and Fsv2. */
export const MACHINES: readonly Machine[] = [
  ...CURRENT_MACHINES,
  ...series('F', 's_v2', { 4: 8, 8: 16, 16: 32, 32: 64, 48: 96, 64: 128, 72: 144 }),
  ...series('D', 's_v3', { 2: 8, 4: 16, 8: 32, 16: 64, 32: 128, 48: 192, 64: 256 }),
  ...series('E', 's_v3', { 2: 16, 4: 32, 8: 64, 16: 128, 20: 160, 32: 256, 48: 384, 64: 432 }),
];

export const ACCELERATORS = [...new Set(CURRENT_MACHINES.flatMap(({ accelerator }) => accelerator?.type ?? []))];

function series(letter: string, version: string, memory: Readonly<Record<number, number>>): Machine[] {
  return Object.entries(memory).map(([cpu, gibibytes]) => {
    return { size: `Standard_${letter}${cpu}${version}`, cpu: Number(cpu), memory: gibibytes };
  });
}

function accelerated(name: string, cpu: number, memory: number, type: string, count: number): Machine {
  return { size: `Standard_${name}`, cpu, memory, accelerator: { type, count } };
}

/** Whether a machine has what a step asks for. */
export function fits({ resources = {} }: StepDocument, machine: Machine): boolean {
  const { cpu = 0, memory, accelerator } = resources;
  return (
    machine.cpu >= cpu &&
    machine.memory * 1024 >= (parseMemory(memory ?? '') ?? 0) &&
    (accelerator === undefined ||
      (machine.accelerator?.type === accelerator.type && machine.accelerator.count >= accelerator.count))
  );
}

/** Fewer accelerators, then fewer processors, then less memory first. */
export function bySize(one: Machine, other: Machine): number {
  const accelerators = (one.accelerator?.count ?? 0) - (other.accelerator?.count ?? 0);
  return accelerators || one.cpu - other.cpu || one.memory - other.memory;
}
