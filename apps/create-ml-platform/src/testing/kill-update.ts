import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import { changedTemplate } from './fixture-template.ts';
import { contents, type Outcome, type PackedCommand } from './packed-command.ts';
import { type PublishedVersions, publishVersions } from './published-versions.ts';
import { type TeamProject, teamProject } from './team-project.ts';

const MANY = 400;
const dataFile = (index: number): string => `apps/flight-delays/data/${index}.txt`;

/** Enough files that placing them takes a while; both sides changed one. */
const many = (text: string): Record<string, string> =>
  Object.fromEntries(Array.from({ length: MANY }, (_, index) => [dataFile(index), text.repeat(200)]));
const old = changedTemplate('0.1.0', { ...many('old\n'), 'docs/a.md': 'old\n', 'docs/dropped.md': 'dropped\n' });
const next = changedTemplate('0.2.0', { ...many('new\n'), 'docs/a.md': 'new\n', 'docs/new/b.md': 'new\n' });

/** `any`: spread over the whole run; `placing`: as soon as one file, any, is placed. `group`: the Git that it had started as well. */
export interface Kill {
  readonly at: 'any' | 'placing';
  readonly group: boolean;
}

export interface KillTrial {
  readonly trial: (args: readonly string[], kill: Kill) => Promise<'whole' | 'part' | 'nothing'>;
  readonly remove: () => void;
}

/** What is needed to kill updates: a command that is published in two versions. */
export async function killTrials(): Promise<KillTrial> {
  const published = await publishVersions([{ template: old }, { template: next }]);
  return {
    trial: (args, kill) => killOnce(published, args, kill),
    remove: published.remove,
  };
}

/** Kills a run, takes back what is there of it, and runs it again; says how far the run had come. */
async function killOnce(
  published: PublishedVersions,
  args: readonly string[],
  kill: Kill,
): ReturnType<KillTrial['trial']> {
  const project = killable(args);
  const command = published.command(args[0] === 'update' ? '0.2.0' : '0.1.0');
  const options = { cwd: project.folder, env: published.env() };
  const before = contents(project.folder);
  const duration = await timed(() => command.run(['diff'], options));
  await startAndKill(command, args, { ...options, detached: true }, kill, duration);
  const left = project.has('.git/ml-platform-update');
  const isPart = left && project.read('.git/ml-platform-update/journal.json').includes('"pid"');
  await expectTakenBack(project, before, await command.run(['update', '--abort'], options));
  const again = await command.run([...args, '--json'], options);
  expect(again.exit, again.stderr).toBe(1);
  expect(JSON.parse(again.stdout).files.conflicts.map(({ path }: { path: string }) => path)).toEqual([
    conflictOf(args),
  ]);
  return left ? (isPart ? 'part' : 'whole') : 'nothing';
}

function killable(args: readonly string[]): TeamProject {
  const project = teamProject(old, args[0] === 'add' ? { example: 'none' } : {});
  project.edit(conflictOf(args), 'ours\n');
  project.edit('own.log', 'ignored\n');
  project.edit('.git/info/exclude', '*.log\n');
  project.commit();
  return project;
}

function conflictOf(args: readonly string[]): string {
  return args[0] === 'update' ? 'docs/a.md' : dataFile(7);
}

async function startAndKill(
  command: PackedCommand,
  args: readonly string[],
  options: Parameters<PackedCommand['start']>[1],
  { at, group }: Kill,
  duration: number,
): Promise<void> {
  const child = command.start(args, options);
  let hasEnded = false;
  const ended = new Promise<void>((settle) =>
    child.on('close', () => {
      hasEnded = true;
      settle();
    }),
  );
  if (at === 'any') await setTimeout(Math.random() * 3 * duration);
  else {
    const isPlaced = watchPlaced(join(options.cwd, dataFile(Math.floor(Math.random() * MANY))));
    while (!hasEnded && !isPlaced()) await setImmediate();
  }
  // A process that has ended has no group any more.
  if (group && child.pid && !hasEnded) process.kill(-child.pid, 'SIGKILL');
  else child.kill('SIGKILL');
  if (!group) child.stdout?.destroy();
  if (!group) child.stderr?.destroy();
  await ended;
}

function watchPlaced(file: string): () => boolean {
  const state = () => statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  const before = state();
  return () => state() !== before;
}

async function expectTakenBack(project: TeamProject, before: Map<string, string>, abort: Outcome): Promise<void> {
  if (abort.exit !== 0)
    expect(abort).toMatchObject({ exit: 2, stderr: expect.stringContaining('no update is under way') });
  expect(contents(project.folder)).toEqual(before);
  expect(project.status()).toEqual([]);
  expect(project.has('.git/index.lock')).toBe(false);
  expect(project.has('.git/ml-platform-update')).toBe(false);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
