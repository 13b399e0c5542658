import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { systemCode } from './system-error.ts';
import { isRunning, placingName, temporaryName } from './temporary-folder.ts';

/** Puts a finished folder where nothing, or an empty folder, is: one rename, so of two creators one wins. */
export function placeWhole(finished: string, target: string): void {
  try {
    const empty = lstatSync(target, { throwIfNoEntry: false });
    if (empty) chmodSync(finished, empty.mode & 0o7777);
    // Windows doesn't rename onto a folder, not even onto an empty one.
    if (empty && process.platform === 'win32') rmdirSync(target);
    renameSync(finished, target);
  } catch (thrown) {
    const isTaken = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EISDIR'].includes(systemCode(thrown) ?? '');
    throw isTaken ? taken(target, thrown) : thrown;
  }
}

function taken(target: string, cause?: unknown): PlatformError {
  return new PlatformError(`${basename(target)} appeared while the project was being made: another run was first`, {
    code: 'busy',
    hint: 'look at what is there, or pick another name',
    cause,
  });
}

/** What a later run needs to finish the move of this one. */
export interface Journal {
  readonly pid: number;
  /** What was made, to compare with what the later run was asked for. */
  readonly request: string;
}

/*
 * Into a folder that exists the project can't go by one rename. It is made in `.NAME.tmp-PID/tree` inside that folder;
 * one rename of `.NAME.tmp-PID` to `.NAME.placing` decides that it will be there (and keeps a second run out); then
 * its entries move, each by one rename, and `.NAME.placing` goes. So a kill before the decision leaves the folder as it
 * was, beside a `.NAME.tmp-PID` that the next run removes; a kill after it leaves the rest in `.NAME.placing/tree`, and
 * the next run moves that. Nothing is moved back: by then someone may have edited what had arrived.
 */
export function placeInto(temporary: string, name: string): void {
  const folder = dirname(temporary);
  const placing = join(folder, placingName(name));
  try {
    renameSync(temporary, placing);
  } catch (thrown) {
    throw ['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(systemCode(thrown) ?? '') && exists(placing)
      ? taken(folder, thrown)
      : thrown;
  }
  finishPlacing(placing, name);
}

/** Starts the folder in which a project for an existing folder is made; returns where its files go. */
export function openPlacing(temporary: string, journal: Journal): string {
  const tree = join(temporary, 'tree');
  mkdirSync(tree, { recursive: true });
  writeFileSync(join(temporary, 'journal.json'), JSON.stringify(journal));
  return tree;
}

/** Finishes a move that was cut short; returns what that run had been asked for, undefined when there was none. */
export function resumePlacing(folder: string, name: string): string | undefined {
  const placing = join(folder, placingName(name));
  if (!exists(placing)) return undefined;
  const { pid, request }: Journal = JSON.parse(readFileSync(join(placing, 'journal.json'), 'utf8'));
  if (isRunning(pid)) {
    const hint = `wait for it; if process ${pid} is something else, remove ${placing}`;
    throw new PlatformError(`process ${pid} is making a project here`, { code: 'busy', hint });
  }
  finishPlacing(placing, name);
  return request;
}

function finishPlacing(placing: string, name: string): void {
  const tree = join(placing, 'tree');
  // `.git` last: only a whole project is a repository.
  const entries = readdirSync(tree).toSorted((a, b) => Number(a === '.git') - Number(b === '.git'));
  for (const entry of entries) renameSync(join(tree, entry), join(dirname(placing), entry));
  // Under its temporary name again: without its journal it must not look like an unfinished move.
  const done = join(dirname(placing), temporaryName(name));
  renameSync(placing, done);
  rmSync(done, { recursive: true, force: true });
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
