import { type Goal, atMostMilliseconds, atMostTimes } from '../goals.ts';
import { machine } from '../machine.ts';
import { medianOf, type Timing } from '../measure.ts';
import { unpackCommand } from '../packed-command.ts';
import type { Report } from '../report.ts';
import { runSeries } from '../series.ts';
import { inWorkplace } from '../workplace.ts';
import { COPY, createCandidates, NODE, OURS, VITE } from './candidates.ts';

/** Times creating a project `runs` times beside copying its files, then beside the peers. */
export async function createReport(runs: number): Promise<Report> {
  return inWorkplace(async (folder) => {
    // Peers leave files of their own there.
    process.env.TMPDIR = folder;
    const missing: string[] = [];
    const candidates = await createCandidates(folder, await unpackCommand(folder), missing);
    const [ours, copy, node, ...peers] = candidates;
    // Apart: what takes seconds leaves nothing of the others in the processor's caches.
    const series = [
      runSeries('making a project, beside copying its files', [ours, copy, node], 2 * runs, copyGoal),
      runSeries('making a project, beside the peers', [ours, ...peers], runs, peerGoals),
    ];
    return { benchmark: 'create', machine: machine(), series, missing, notes: NOTES };
  });
}

const NOTES = [
  'copier makes the very same files; create-vite, create-t3-app and kedro make their own, which are 12 to 30',
  'create-vite copies a dozen files: shown, and not a goal',
];

function copyGoal(timings: readonly Timing[]): Goal[] {
  const bound = 2 * medianOf(timings, COPY) + medianOf(timings, NODE);
  return [atMostMilliseconds("at most 2 × cp -r + Node's start-up", medianOf(timings, OURS), bound)];
}

function peerGoals(timings: readonly Timing[]): Goal[] {
  const peers = timings.filter(({ name }) => name !== OURS && name !== VITE);
  return peers.map(({ name, median }) => atMostTimes(`ahead of ${name}`, medianOf(timings, OURS), median, 1));
}
