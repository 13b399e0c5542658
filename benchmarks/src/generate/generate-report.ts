import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atMostMilliseconds, type Goal } from '../goals.ts';
import { machine } from '../machine.ts';
import type { Candidate, Timing } from '../measure.ts';
import { makePlatform, type Platform } from '../platform.ts';
import { childrenProcessorTime } from '../processor-time.ts';
import { quartiles } from '../quartiles.ts';
import type { Report, Series } from '../report.ts';
import { runSeries } from '../series.ts';
import { inWorkplace } from '../workplace.ts';
import { writeLongPipeline } from './long-pipeline.ts';
import { writeNoOpGenerator } from './no-op-generator.ts';

const PROJECT = 'long';
const STEPS = 200;
const NO_OP = 'no-op';
const ADDED = 'added';
/** The daemon reads a changed project before anyone asks for it. */
const SETTLE = 1500;

/** Times a step more in a long pipeline, and in the same workspace a generator that does nothing. */
export async function generateReport(runs: number): Promise<Report> {
  return inWorkplace(async (folder) => {
    const platform = await makePlatform(folder);
    writeLongPipeline(platform.home, platform.scope, PROJECT, STEPS);
    writeNoOpGenerator(platform.home, NO_OP);
    try {
      const processor: ProcessorTimes = new Map();
      const series = [
        seriesOf(platform, runs, { daemon: true }),
        seriesOf(platform, runs, { daemon: false, processor }),
      ];
      const notes = [...NOTES, ...processorNotes(processor)];
      return { benchmark: 'generate', machine: machine(), series, missing: [], notes };
    } finally {
      platform.nx(['daemon', '--stop'], { daemon: true });
    }
  });
}

const NOTES = [
  'the goal is about the median of the differences, each of two runs that followed one another',
  'nothing is installed (--skip-install), and what a run wrote is taken back before the next',
];

/** Milliseconds of each run, the first as well, by what ran. */
type ProcessorTimes = Map<string, number[]>;

interface Way {
  readonly daemon: boolean;
  /** Is filled in. */
  readonly processor?: ProcessorTimes;
}

function seriesOf(platform: Platform, runs: number, way: Way): Series {
  const title = `a step more, of ${STEPS}, ${way.daemon ? 'with' : 'without'} the Nx daemon`;
  const all = candidates(platform, way.daemon).map((one) => withProcessorTime(one, way.processor));
  const series = runSeries(title, all, runs, goals);
  if (way.daemon) platform.nx(['daemon', '--stop'], { daemon: true });
  return series;
}

function withProcessorTime({ name, run, ...rest }: Candidate, processor: ProcessorTimes = new Map()): Candidate {
  const timed = (number: number) => {
    const before = childrenProcessorTime();
    run(number);
    const after = childrenProcessorTime();
    if (before !== undefined && after !== undefined)
      processor.set(name, [...(processor.get(name) ?? []), after - before]);
  };
  return { name, run: timed, ...rest };
}

function processorNotes(processor: ProcessorTimes): string[] {
  const medians = [...processor].map(([name, times]) => `${name} ${quartiles(times)[1].toFixed(0)} ms`);
  return medians.length === 0 ? [] : [`processor time, without the Nx daemon: ${medians.join(', ')}`];
}

function candidates({ home, nx }: Platform, daemon: boolean): Candidate[] {
  const project = join(home, 'apps', PROJECT);
  const edited = ['package.json', 'src/pipeline.ts'].map((path) => join(project, path));
  const before = edited.map((path) => readFileSync(path));
  const takeBack = () => {
    for (const [index, path] of edited.entries()) writeFileSync(path, before[index] ?? '');
    for (const path of globSync(`src/steps/${ADDED}.*`, { cwd: project })) rmSync(join(project, path));
    if (daemon) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SETTLE);
  };
  const step = ['g', 'step', ADDED, '--pipeline', PROJECT, '--after', `step-${STEPS - 1}`, '--skip-install'];
  return [
    {
      name: 'nx g step',
      run: () => nx(step, { daemon }),
      check: () => {
        if (!existsSync(join(project, `src/steps/${ADDED}.ts`))) throw new Error('nx g step wrote no step');
        takeBack();
      },
    },
    { name: `nx g ${NO_OP}`, run: () => nx(['g', NO_OP], { daemon }) },
  ];
}

function goals([step, noOp]: readonly Timing[]): Goal[] {
  const differences = (step?.samples ?? []).map((sample, run) => sample - (noOp?.samples[run] ?? 0));
  return [atMostMilliseconds(`more than nx g ${NO_OP}`, quartiles(differences)[1], 500)];
}
