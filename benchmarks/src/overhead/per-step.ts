import type { Timing } from '../measure.ts';
import type { Series } from '../report.ts';

/** Durations of whole runs, as a step's share of them; a name says where there was one run instead of several. */
export function perStep({ timings, ...series }: Series, steps: number): Series {
  return { ...series, timings: timings.map((timing) => share(timing, steps, series.runs)) };
}

function share({ name, lower, median, upper, samples }: Timing, steps: number, runs: number): Timing {
  return {
    name: samples.length < runs ? `${name} (once)` : name,
    lower: lower / steps,
    median: median / steps,
    upper: upper / steps,
    samples: samples.map((sample) => sample / steps),
  };
}
