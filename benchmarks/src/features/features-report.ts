import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../command.ts';
import { atMostTimes, type Goal } from '../goals.ts';
import { machine } from '../machine.ts';
import { type Candidate, medianOf, type Timing } from '../measure.ts';
import { peers, tell, unlessMissing } from '../peers.ts';
import type { Report, Series } from '../report.ts';
import { runSeries } from '../series.ts';
import { inWorkplace } from '../workplace.ts';
import { countDifferences, FLIGHTS, writeCopies } from './flights.ts';

const OURS = 'libs/features';
const LIMIT = '256MB';
const LIMITED = `${OURS}, memory: ${LIMIT}`;
const FRAMES = ['pandas', 'polars'] as const;
const COPIES = 10;
const BUILD = fileURLToPath(import.meta.resolve('./build-once.ts'));

/** Names of what is timed, and where each leaves its table. */
interface Way extends Candidate {
  readonly table: string;
}

/** Builds the same table of rates from the flights, and from ten times as many, by each way in a process of its own. */
export function featuresReport(runs: number): Promise<Report> {
  return inWorkplace(async (folder) => {
    const missing: string[] = [];
    const python = await unlessMissing('pandas and polars', missing, () => peers.python('dataframes'));
    const peaks = new Map<string, number>();
    const many = join(folder, 'flights.parquet');
    tell(`writing ${COPIES} times the flights`);
    await writeCopies(COPIES, many);
    const series: Series[] = [];
    for (const [title, source] of [
      ['3,000,000 flights', FLIGHTS],
      ['30,000,000 flights', many],
    ] as const) {
      const ways = waysOf(title, source, folder, python, peaks);
      await checkEqual(ways);
      series.push(runSeries(title, ways, runs, (timings) => goalsOf(title, timings, peaks)));
    }
    const notes = [...peaks].map(([name, peak]) => `peak memory, ${name}: ${Math.round(peak / 1e6)} MB`);
    return { benchmark: 'features', machine: machine(), series, missing, notes };
  });
}

function waysOf(
  title: string,
  source: string,
  folder: string,
  python: string | undefined,
  peaks: Map<string, number>,
): Way[] {
  const way = (name: string, program: string, script: string, table: string, ...more: string[]): Way => ({
    name,
    table: table.endsWith('.parquet') ? table : `${table}/*.parquet`,
    run: () => {
      // Node.js keeps what it has compiled, as Python does unasked.
      const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') };
      const { peak } = JSON.parse(runCommand(program, [script, source, table, ...more], { cwd: folder, env }));
      peaks.set(`${title}, ${name}`, Math.max(peak, peaks.get(`${title}, ${name}`) ?? 0));
    },
  });
  const frames = FRAMES.map((name) => {
    return way(
      name,
      join(python ?? '', 'python'),
      join(import.meta.dirname, `with_${name}.py`),
      join(folder, `${name}.parquet`),
    );
  });
  return [
    way(OURS, process.execPath, BUILD, join(folder, 'ours')),
    way(LIMITED, process.execPath, BUILD, join(folder, 'limited'), LIMIT),
    ...(python === undefined ? [] : frames),
  ];
}

/** Whoever computes something else isn't timed beside. */
async function checkEqual([ours, ...others]: readonly Way[]): Promise<void> {
  ours?.run(0);
  for (const other of others) {
    other.run(0);
    const count = await countDifferences(ours?.table ?? '', other.table);
    if (count > 0)
      throw new Error(`${other.name} has ${count} rows that ${ours?.name} has not, or the other way round`);
  }
}

function goalsOf(title: string, timings: readonly Timing[], peaks: ReadonlyMap<string, number>): Goal[] {
  const ours = medianOf(timings, OURS);
  const has = (name: string) => timings.some((one) => one.name === name);
  const peak = (of: string, name: string) => peaks.get(`${of}, ${name}`) ?? Number.NaN;
  const [few = ''] = [...peaks.keys()].map((key) => key.split(', lib')[0] ?? '');
  return [
    ...(has('pandas') ? [atMostTimes('beside pandas', ours, medianOf(timings, 'pandas'), 1 / 3)] : []),
    ...(has('polars') ? [atMostTimes('beside polars', ours, medianOf(timings, 'polars'), 1)] : []),
    ...(few === title
      ? []
      : [atMostTimes(`memory of ten times the flights, at ${LIMIT}`, peak(title, LIMITED), peak(few, LIMITED), 2)]),
  ];
}
