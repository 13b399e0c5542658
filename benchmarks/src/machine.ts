import { availableParallelism, cpus, loadavg, platform, release, tmpdir } from 'node:os';

/** Where a series was measured, as far as it bears on the numbers. */
export interface Machine {
  readonly node: string;
  readonly system: string;
  readonly processor: string;
  readonly cores: number;
  /** Where the timed commands write: `TMPDIR` says where that is. */
  readonly folder: string;
}

// As it was given: a benchmark may point it elsewhere for what it starts.
const FOLDER = tmpdir();

export function machine(): Machine {
  return {
    node: process.version,
    system: `${platform()} ${release()}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    folder: FOLDER,
  };
}

/** Load over the last minute: much above the 0 of an idle machine, ratios still hold, milliseconds don't. */
export function load(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}
