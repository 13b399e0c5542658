import { dirname, join } from 'node:path';
import { messageOf } from '@ml-platform/errors';
import { pythonEnvironment } from '@ml-platform/pipeline';
import { lockedCommand } from '../../apps/create-ml-platform/src/testing/locked-packages.ts';

const PINS = join(import.meta.dirname, '..', 'peers');

/** What has to be there before a peer can run: found by the hash of its pins, made on first use. */
export interface Peers {
  /** The entry file of a npm peer's command. */
  readonly npm: (peer: string) => string;
  /** The folder with the commands of a Python peer. */
  readonly python: (peer: string) => Promise<string>;
}

export const peers: Peers = {
  npm: (peer) => lockedCommand(join(PINS, 'npm'), peer, tell),
  python: async (peer) => dirname(await pythonEnvironment(join(PINS, `${peer}.txt`), { log: tell })),
};

/** What `work` gives; where a peer can't be had, nothing, and why is added to `missing`. */
export async function unlessMissing<Result>(
  peer: string,
  missing: string[],
  work: () => Promise<Result> | Result,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (thrown) {
    missing.push(`${peer}: ${messageOf(thrown)}`);
    return undefined;
  }
}

/** Progress goes to standard error: standard output is the result. */
export function tell(message: string): void {
  process.stderr.write(`${message}\n`);
}
