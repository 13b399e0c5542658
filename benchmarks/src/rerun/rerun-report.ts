import { type Goal, atMostMilliseconds, atMostTimes } from '../goals.ts';
import { machine } from '../machine.ts';
import { medianOf, type Timing } from '../measure.ts';
import type { Report, Series } from '../report.ts';
import { runSeries } from '../series.ts';
import { inWorkplace } from '../workplace.ts';
import { afterChange, type Engine, readNumbers, unchanged } from './engines.ts';
import { DVC, peerEngines } from './peer-engines.ts';
import { makeWorkspace, type Workspace } from './workspace.ts';

/** Times ten steps that have nothing to do, and that have half of it, beside Nx's own cached no-op, DVC and kedro. */
export async function rerunReport(runs: number): Promise<Report> {
  return inWorkplace(async (folder) => {
    const missing: string[] = [];
    const peers = await peerEngines(folder, missing);
    const workspace = await makeWorkspace(folder);
    try {
      checkResults([workspace.engine({ daemon: false }), ...peers]);
      const series = [...daemonSeries(workspace, peers, runs), ...plainSeries(workspace, peers, runs)];
      return { benchmark: 'rerun', machine: machine(), series, missing, notes: NOTES };
    } finally {
      workspace.stopDaemon();
    }
  });
}

const NOTES = [
  'kedro has no cache: it runs all ten steps whatever changed, in one Python process',
  'a changed step gives another result, so it and the four behind it run again; kedro runs all ten',
  'with the daemon, a second passes between the change and the run, in which the daemon reads the project anew',
];

function daemonSeries(workspace: Workspace, peers: readonly Engine[], runs: number): Series[] {
  const engines = [workspace.engine({ daemon: true }), ...peers];
  const [ours, ...others] = engines.map(unchanged);
  const noOp = unchanged(workspace.noOp({ daemon: true }));
  if (!ours) return [];
  const series = [
    runSeries('nothing changed, with the Nx daemon', [ours, noOp, ...others], runs, (timings) =>
      unchangedGoals(timings, noOp.name, 0.6),
    ),
    runSeries('one step changed, with the Nx daemon', engines.map(afterChange), fewer(runs), changedGoals),
  ];
  workspace.stopDaemon();
  return series;
}

function plainSeries(workspace: Workspace, peers: readonly Engine[], runs: number): Series[] {
  const engines = [workspace.engine({ daemon: false }), ...peers.filter(({ name }) => name === DVC)];
  const [ours, ...others] = engines.map(unchanged);
  const noOp = unchanged(workspace.noOp({ daemon: false }));
  if (!ours) return [];
  return [
    runSeries('nothing changed, without the Nx daemon', [ours, noOp, ...others], runs, (timings) =>
      unchangedGoals(timings, noOp.name, 0.8),
    ),
    runSeries('one step changed, without the Nx daemon', engines.map(afterChange), fewer(runs), changedGoals),
  ];
}

/** Runs of what takes seconds each. */
function fewer(runs: number): number {
  return Math.ceil(runs / 2);
}

function unchangedGoals(timings: readonly Timing[], noOp: string, ratioToDvc: number): Goal[] {
  const ours = timings[0]?.median ?? 0;
  const more = atMostMilliseconds('more than a cached no-op', ours - medianOf(timings, noOp), 50);
  return [more, ...dvcGoal(timings, ratioToDvc)];
}

function changedGoals(timings: readonly Timing[]): Goal[] {
  return dvcGoal(timings, 1);
}

function dvcGoal(timings: readonly Timing[], ratio: number): Goal[] {
  if (!timings.some(({ name }) => name === DVC)) return [];
  return [atMostTimes(`beside ${DVC}`, timings[0]?.median ?? 0, medianOf(timings, DVC), ratio)];
}

/** All tools compute the same: what is timed is the same work. */
function checkResults(engines: readonly Engine[]): void {
  for (const { run } of engines) run();
  const results = engines.map(({ name, project }) => [name, JSON.stringify(readNumbers(project))] as const);
  const differing = results.find(([, numbers]) => numbers !== results[0]?.[1]);
  if (differing) throw new Error(`${differing[0]} made ${differing[1]}, expected ${results[0]?.[1]}`);
}
