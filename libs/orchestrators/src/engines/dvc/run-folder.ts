import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning } from '@ml-platform/pipeline';
import type { RunStatus } from '../engine.ts';
import type { Seen } from '../step-statuses.ts';

/** As it lies in a run's folder. */
export interface RunState {
  readonly pid: number;
  readonly startedAt: string;
  readonly endedAt?: string;
  /** Null where a signal ended it. */
  readonly exitCode?: number | null;
}

interface SaidLine {
  readonly at: Date;
  readonly line: string;
  /** The stage that was running. */
  readonly step?: string;
}

interface ReadRun {
  readonly state: RunStatus['state'];
  readonly reason?: string | undefined;
  readonly lines: readonly SaidLine[];
}

/** What DVC says when it comes to a stage, and what it does with it. */
const STAGE = /^(?:Running stage '(?<running>[\w-]+)'|Stage '(?<kept>[\w-]+)' (?:didn't change|is cached))/;
const FAILED = /^ERROR: failed to reproduce '([\w-]+)'/;

export async function readRun(folder: string): Promise<ReadRun> {
  const { pid, endedAt, exitCode } = JSON.parse(await readFile(join(folder, 'state.json'), 'utf8')) as RunState;
  const lines = withStages(await readFile(join(folder, 'log.jsonl'), 'utf8').catch(() => ''));
  if (endedAt === undefined && isRunning(pid)) return { state: 'running', lines };
  if (exitCode === 0) return { state: 'succeeded', lines };
  if (typeof exitCode !== 'number') return { state: 'stopped', reason: 'its process was ended', lines };
  return { state: 'failed', reason: lines.findLast(({ line }) => line.startsWith('ERROR: '))?.line, lines };
}

function withStages(text: string): SaidLine[] {
  let step: string | undefined;
  return text
    .split('\n')
    .filter((json) => json.endsWith('}'))
    .map((json) => {
      const { at, line } = JSON.parse(json) as { at: string; line: string };
      const { running, kept } = STAGE.exec(line)?.groups ?? {};
      step = FAILED.exec(line)?.[1] ?? running ?? kept ?? step;
      return { at: new Date(at), line, ...(step !== undefined && { step }) };
    });
}

/** DVC runs one stage after the other: where the next one begins, this one has ended. */
export function stepsOf(lines: readonly SaidLine[], state: RunStatus['state']): Map<string, Seen> {
  const seen = new Map<string, Seen>();
  let current: string | undefined;
  const end = (at: Date) => {
    const before = current === undefined ? undefined : seen.get(current);
    if (current !== undefined && before?.state === 'running')
      seen.set(current, { ...before, state: 'succeeded', endedAt: at });
  };
  for (const { line, at } of lines) {
    const { running, kept } = STAGE.exec(line)?.groups ?? {};
    const failed = FAILED.exec(line)?.[1];
    if (failed !== undefined) seen.set(failed, { ...seen.get(failed), state: 'failed', reason: line, endedAt: at });
    else if (running !== undefined || kept !== undefined) end(at);
    if (kept !== undefined) seen.set(kept, { state: 'succeeded', reason: 'unchanged' });
    if (running !== undefined) seen.set(running, { state: 'running', startedAt: at });
    current = running ?? kept ?? current;
  }
  const last = lines.at(-1);
  if (state === 'succeeded' && last) end(last.at);
  if (state === 'stopped' && current !== undefined && seen.get(current)?.state === 'running') {
    seen.set(current, { ...seen.get(current), state: 'failed', reason: 'stopped with the run' });
  }
  return seen;
}
