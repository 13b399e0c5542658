import { join } from 'node:path';
import { openDvc } from '@ml-platform/dvc';
import { execa } from 'execa';
import { runCommand } from '../command.ts';
import { atMostMilliseconds } from '../goals.ts';
import { load, machine } from '../machine.ts';
import { timing } from '../measure.ts';
import { peers } from '../peers.ts';
import { quartiles } from '../quartiles.ts';
import type { Report, Series } from '../report.ts';
import { inWorkplace } from '../workplace.ts';
import { writeFiles } from '../write-files.ts';

/** Files that DVC tracks, so that the library has something to read before a push or a checkout. */
const FILES = 50;

/** Times calls of the library, each in turn with the same command by itself. */
export async function dvcReport(runs: number): Promise<Report> {
  return inWorkplace(async (folder) => {
    const bin = await peers.python('dvc');
    const command = join(bin, 'dvc');
    const env = { ...process.env, DVC_NO_ANALYTICS: '1', DVC_SITE_CACHE_DIR: join(folder, 'site') };
    const repository = join(folder, 'repository');
    const files = Array.from({ length: FILES }, (_, index) => [`data/${index}.csv`, `id\n${index}\n`] as const);
    writeFiles(repository, Object.fromEntries(files));
    runCommand('git', ['init', '--quiet'], { cwd: repository });
    for (const args of [
      ['init', '--quiet'],
      ['add', '--quiet', ...files.map(([path]) => path)],
    ])
      runCommand(command, args, { cwd: repository, env });
    const dvc = openDvc(repository, { command, env: { DVC_SITE_CACHE_DIR: join(folder, 'site') } });
    const bare = (...args: string[]) => execa(command, args, { cwd: repository, env });
    const series = [
      await inTurn(
        'data status --json',
        runs,
        () => dvc.dataStatus(),
        () => bare('data', 'status', '--json'),
      ),
      await inTurn(
        `checkout of ${FILES} files`,
        runs,
        () => dvc.checkout(),
        () => bare('checkout'),
      ),
    ];
    const notes = ['the goal is about the median of the differences, each of two calls that followed one another'];
    return { benchmark: 'dvc', machine: machine(), series, missing: [], notes };
  });
}

type Call = () => Promise<unknown>;

/** The first round, in which the library asks for DVC's version once, isn't counted. */
async function inTurn(title: string, runs: number, ours: Call, theirs: Call): Promise<Series> {
  const before = load();
  const [own, bare]: [number[], number[]] = [[], []];
  for (let run = 0; run <= runs; run++) {
    for (const [call, samples] of [
      [ours, own],
      [theirs, bare],
    ] as const) {
      const start = performance.now();
      await call();
      if (run > 0) samples.push(performance.now() - start);
    }
  }
  const [, difference] = quartiles(own.map((sample, run) => sample - (bare[run] ?? 0)));
  const timings = [timing('libs/dvc', own), timing('bare dvc', bare)];
  return {
    title,
    runs,
    load: { before, after: load() },
    timings,
    goals: [atMostMilliseconds('more than bare dvc', difference, 30)],
  };
}
