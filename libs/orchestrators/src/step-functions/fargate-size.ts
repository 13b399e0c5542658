import { mebibytes } from './job.ts';

/** Source: Amazon ECS developer guide, "Task size": CPU units; mebibytes from, to, in steps of. */
const SIZES: readonly (readonly [cpu: number, from: number, to: number, by: number])[] = [
  [256, 512, 1024, 512],
  [256, 2048, 2048, 1024],
  [512, 1024, 4096, 1024],
  [1024, 2048, 8192, 1024],
  [2048, 4096, 16_384, 1024],
  [4096, 8192, 30_720, 1024],
  [8192, 16_384, 61_440, 4096],
  [16_384, 32_768, 122_880, 8192],
];

export const FARGATE_SIZES_LIMIT =
  'Fargate takes up to 16 CPUs and 120Gi, and for each number of CPUs its own range: 1 has 2Gi to 8Gi, 2 have 4Gi to 16Gi, 4 have 8Gi to 30Gi, 8 have 16Gi to 60Gi, 16 have 32Gi to 120Gi';

export interface FargateSize {
  /** In units of 1/1024 CPU. */
  readonly cpu: number;
  /** In mebibytes. */
  readonly memory: number;
}

/** The smallest size of a task that has as much; `undefined`: Fargate has none. */
export function fargateSize(cpu = 0, memory = '1Mi'): FargateSize | undefined {
  const needed = mebibytes(memory);
  for (const [units, from, to, by] of SIZES) {
    if (units < cpu * 1024 || to < needed) continue;
    return { cpu: units, memory: Math.max(from, from + Math.ceil((needed - from) / by) * by) };
  }
  return undefined;
}
