import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect } from 'vitest';
import { makeWorkspace, type NxRun, type Workspace } from './workspace.ts';

const FIXTURE = fileURLToPath(new URL('../fixtures/ticking', import.meta.url));
const STRIKE = new URL('./strike.mjs', import.meta.url).href;
const WRITES = 'chmodSync,mkdirSync,renameSync,rmSync,writeFileSync';
const GENERATOR = '@ml-platform/nx-plugin:step';
const STEP = ['generate', GENERATOR, 'extra', '--kind=ingest', '--skip-install'];

/**
 * When a generator is killed: after so many milliseconds; or, counted from 0, when it is about to do something in its journal
 * or to place a file.
 */
export type Moment = { readonly after: number } | { readonly write: number } | { readonly file: number };

/** How far it had come: it had changed nothing, some files or all; and what the next command of Nx made of it. */
export type Outcome = 'nothing, and nothing' | 'nothing, and all' | 'some, and all' | 'all, and all';

export interface KillTrials {
  /** Kills `nx generate step` and runs Nx: all is as it was or as it should be, and a second time brings all. */
  readonly trial: (moment: Moment) => Promise<Outcome>;
  /** Milliseconds that the generator takes undisturbed. */
  readonly duration: number;
  readonly remove: () => Promise<void>;
}

/** By path, the text of what Git sees. */
type Files = Readonly<Record<string, string>>;

/** A workspace with a pipeline, in which generators can be killed again and again. */
export async function killTrials(): Promise<KillTrials> {
  const workspace = await makeWorkspace('ticking', FIXTURE);
  await commit(workspace);
  const before = await contents(workspace);
  const start = performance.now();
  await finish(workspace.nx(...STEP));
  const duration = performance.now() - start;
  const after = await contents(workspace);
  await restore(workspace);
  return {
    trial: (moment) => killOnce(workspace, moment, before, after),
    duration,
    remove: () => rm(workspace.root, { recursive: true }),
  };
}

async function killOnce(workspace: Workspace, moment: Moment, before: Files, after: Files): Promise<Outcome> {
  await killed(workspace, moment);
  const left = await contents(workspace);
  for (const path of Object.keys(after)) expect([before[path], after[path]], path).toContain(left[path]);
  await finish(workspace.nx('show', 'projects'));
  const found = await contents(workspace);
  const isUndone = count(found) === count(before);
  expect(found).toEqual(isUndone ? before : after);
  const said = await finish(workspace.nx(...STEP));
  expect(said.includes('nothing to do')).toBe(!isUndone);
  expect(await contents(workspace)).toEqual(after);
  await restore(workspace);
  if (isUndone) return 'nothing, and nothing';
  return count(left) === count(before) ? 'nothing, and all' : isSame(left, after) ? 'all, and all' : 'some, and all';
}

async function killed(workspace: Workspace, moment: Moment): Promise<void> {
  if ('after' in moment) {
    const run = workspace.nx(...STEP);
    await setTimeout(moment.after);
    run.kill();
    await run.ended;
    return;
  }
  // The first rename opens the journal.
  const [calls, count] = 'write' in moment ? [WRITES, moment.write] : ['renameSync', moment.file + 1];
  const journals = join(workspace.root, '.nx/generate');
  const strike = { STRIKE_CALLS: calls, STRIKE_IN: journals, STRIKE_AT: String(count) };
  await workspace.nxWith({ NODE_OPTIONS: `--import=${STRIKE}`, ...strike }, ...STEP).ended;
}

async function finish({ ended }: NxRun): Promise<string> {
  const { text, exitCode } = await ended;
  expect(exitCode, text).toBe(0);
  return text;
}

async function contents(workspace: Workspace): Promise<Files> {
  const paths = (await git(workspace, 'ls-files', '--cached', '--others', '--exclude-standard')).split('\n').sort();
  const texts = paths.map(async (path) => [path, await readFile(join(workspace.root, path), 'utf8')] as const);
  return Object.fromEntries(await Promise.all(texts));
}

const count = (files: Files) => Object.keys(files).length;

const isSame = (one: Files, other: Files) => Object.entries(other).every(([path, text]) => one[path] === text);

async function commit(workspace: Workspace): Promise<void> {
  await git(workspace, 'add', '--all');
  await git(workspace, '-c', 'user.name=x', '-c', 'user.email=x@localhost', 'commit', '--quiet', '--message=x');
}

async function restore(workspace: Workspace): Promise<void> {
  await git(workspace, 'checkout', '--quiet', '.');
  await git(workspace, 'clean', '--quiet', '-d', '--force');
}

async function git({ root }: Workspace, ...args: string[]): Promise<string> {
  return (await execa('git', args, { cwd: root })).stdout;
}
