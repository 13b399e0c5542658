import { setTimeout } from 'node:timers/promises';
import { textsBelow } from './texts-below.ts';

export interface Deployed {
  /** As `churn-2`. */
  readonly release: string;
  readonly previous: readonly string[];
  /** The hash of what is served now, shortened. */
  readonly served: string;
}

/** What `platform deploy status --json` says of a stack. */
export interface StackStatus {
  readonly env: string;
  readonly release: string | null;
  readonly previous: readonly string[];
  readonly url: string | null;
}

/** What a stack should have, and what its address answers with. */
export async function deployedOf({ env, release, previous, url }: StackStatus): Promise<[string, Deployed]> {
  const { model } = (await (await fetch(`${url}/health`)).json()) as { model: { version: string } };
  const short = (one: string | null) => one?.replace(/\+.*/, '') ?? '';
  return [env, { release: short(release), previous: previous.map(short), served: model.version }];
}

/** Asks a server, until all of that is in its log. */
export async function ask(url: string, log: string, rows: readonly object[]): Promise<void> {
  const expected = linesIn(log) + rows.length;
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/predict`, { method: 'POST', headers, body: JSON.stringify({ instances: rows }) });
  if (!answer.ok) throw new Error(await answer.text());
  for (let tries = 0; linesIn(log) < expected; tries++) {
    if (tries === 300) throw new Error(`${log} has ${linesIn(log)} lines, expected ${expected}`);
    await setTimeout(100);
  }
}

function linesIn(folder: string): number {
  return textsBelow(folder).join('').split('\n').length - 1;
}
