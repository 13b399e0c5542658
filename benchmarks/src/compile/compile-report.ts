import { COMPILERS, stressDocument } from '@ml-platform/orchestrators/testing/compile-all';
import { atMostMilliseconds } from '../goals.ts';
import { machine } from '../machine.ts';
import { medianOf } from '../measure.ts';
import type { Report } from '../report.ts';
import { runSeries } from '../series.ts';

const ALL = 'all targets';
const LIMIT = 300;

/** Times each compiler by itself, and all of them one after the other. */
export async function compileReport(runs: number): Promise<Report> {
  const document = await stressDocument();
  const all = () => {
    for (const compile of Object.values(COMPILERS)) compile(document);
  };
  const start = performance.now();
  all();
  const first = performance.now() - start;
  const each = Object.entries(COMPILERS).map(([name, compile]) => ({ name, run: () => void compile(document) }));
  const series = runSeries('40 steps, every feature', [{ name: ALL, run: all }, ...each], runs, (timings) => [
    atMostMilliseconds('all targets, for the first time in a process', first, LIMIT),
    atMostMilliseconds('all targets', medianOf(timings, ALL), LIMIT),
  ]);
  return { benchmark: 'compile', machine: machine(), series: [series], missing: [], notes: [] };
}
