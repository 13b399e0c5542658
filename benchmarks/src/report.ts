import type { Goal } from './goals.ts';
import type { Machine } from './machine.ts';
import type { Timing } from './measure.ts';

/** Candidates that were timed in turn. */
export interface Series {
  readonly title: string;
  readonly runs: number;
  readonly load: { readonly before: number; readonly after: number };
  /** The first is ours: the others are compared with it. */
  readonly timings: readonly Timing[];
  readonly goals: readonly Goal[];
}

export interface Report {
  readonly benchmark: string;
  readonly machine: Machine;
  readonly series: readonly Series[];
  /** What could not be measured, and why. */
  readonly missing: readonly string[];
  readonly notes: readonly string[];
}

/** The report for people. */
export function printReport({ benchmark, machine, series, missing, notes }: Report): string {
  const { node, system, processor, cores, folder } = machine;
  const head = `${benchmark}: Node ${node}, ${cores} cores of ${processor}, ${system}, in ${folder}\n`;
  const tail = [...missing.map((text) => `not measured: ${text}`), ...notes.map((text) => `note: ${text}`)];
  const lines = tail.map((line) => `${line}\n`).join('');
  return [head, ...series.map(printSeries), lines].join('\n');
}

function printSeries({ title, runs, load, timings, goals }: Series): string {
  const head = `${title} (${runs} runs each, in turn; load ${load.before} before, ${load.after} after)\n`;
  return [head, table(timings), ...goals.map(printGoal)].join('');
}

function table(timings: readonly Timing[]): string {
  const ours = timings[0]?.median ?? 0;
  const rows = timings.map(({ name, lower, median, upper }) => [
    name,
    ...[lower, median, upper].map(milliseconds),
    `${(ours / median).toFixed(2)} ×`,
  ]);
  const header = ['', 'lower quartile', 'median', 'upper quartile', 'ours / this'];
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return [header, ...rows].map((row) => `  ${row.map(pad).join('  ').trimEnd()}\n`).join('');
}

function printGoal({ text, measured, atMost, unit, met }: Goal): string {
  const show = (value: number) => (unit === 'ms' ? milliseconds(value) : `${value.toFixed(2)} ×`);
  return `  ${met ? 'met   ' : 'missed'}  ${text}: ${show(measured)}, at most ${show(atMost)}\n`;
}

function milliseconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`;
}
