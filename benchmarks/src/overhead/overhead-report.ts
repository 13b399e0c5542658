import { join } from 'node:path';
import { machine } from '../machine.ts';
import { makePlatform, type Platform } from '../platform.ts';
import type { Report, Series } from '../report.ts';
import { runSeries } from '../series.ts';
import { inWorkplace } from '../workplace.ts';
import { fanOuts } from './graph.ts';
import { ourCandidates } from './our-pipeline.ts';
import { lowestGoal } from './lowest-goal.ts';
import { findPeers, MAKE, type Peer } from './peer-candidates.ts';
import { perStep } from './per-step.ts';
import { ONCE_SECONDS, tryOut } from './try-out.ts';

const COUNTS = [10, 100, 1000];

/** Times whole runs of pipelines whose steps do nothing, from cold, per step. */
export async function overheadReport(runs: number): Promise<Report> {
  return inWorkplace(async (folder) => {
    const missing: string[] = [];
    const peers = await findPeers(missing);
    const platform = await makePlatform(folder);
    try {
      const series = COUNTS.map((count) => seriesOf(count, runs, { platform, peers, folder, missing }));
      return { benchmark: 'overhead', machine: machine(), series, missing, notes: NOTES };
    } finally {
      platform.nx(['daemon', '--stop'], { daemon: true });
    }
  });
}

const NOTES = [
  'shown is the time of a whole run, start-up and all, divided by its steps; nothing is taken from a cache',
  'nx run starts a process per step, and from 20 steps on runs them in processes that they share; run-step --all is the bare runner; both leave a run record, hashes and a lock per step',
  'Prefect and Airflow keep the state of each task in SQLite and no result; kedro keeps no state, and no result in memory',
  `(once): one run took more than ${ONCE_SECONDS} s, it counts and is not repeated`,
];

interface Place {
  readonly platform: Platform;
  readonly peers: readonly Peer[];
  readonly folder: string;
  readonly missing: string[];
}

function seriesOf(count: number, runs: number, { platform, peers, folder, missing }: Place): Series {
  const steps = fanOuts(count);
  const ours = ourCandidates(platform, count);
  const others = peers.flatMap((make, index) => make(steps, join(folder, `peer-${index}-${count}`)));
  const title = `${count} steps, per step`;
  const { quick, slow } = tryOut([...ours, ...others], title, missing);
  const series = runSeries(title, quick, runs, () => []);
  const order = [...ours, ...others].map(({ name }) => name);
  const timings = [...series.timings, ...slow].toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const rivals = others.map(({ name }) => name).filter((name) => name !== MAKE);
  const goals = ours.flatMap(({ name }) => lowestGoal(name, timings, rivals));
  return perStep({ ...series, timings, goals }, count);
}
