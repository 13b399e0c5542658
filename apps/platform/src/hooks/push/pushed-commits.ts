import type { Git } from '../git.ts';

/** What a push adds to one branch or tag of the remote. */
export interface PushedCommits {
  /** The last commit that the remote has of it; undefined where it has none. */
  readonly base: string | undefined;
  readonly tip: string;
}

const NOTHING = /^0+$/;

/** Reads `LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID` a line; what is removed, or adds nothing, is left out. */
export async function pushedCommits(git: Git, remote: string, input: string): Promise<PushedCommits[]> {
  const lines = input.split('\n').map((line) => line.split(' '));
  const found = new Map<string, PushedCommits>();
  for (const [, tip = '', , known = ''] of lines) {
    if (tip === '' || NOTHING.test(tip) || found.has(tip)) continue;
    const base = (await knownBase(git, tip, known)) ?? (await lastSent(git, tip, remote));
    if (base !== tip) found.set(tip, { base, tip });
  }
  return [...found.values()];
}

/** Where a branch of the remote was left, unless this clone hasn't seen that. */
async function knownBase(git: Git, tip: string, known: string): Promise<string | undefined> {
  return NOTHING.test(known) ? undefined : (await git.tryRead(['merge-base', tip, known]))?.trim();
}

/** For a branch that is new there: the commit before the oldest that no branch of the remote has. */
async function lastSent(git: Git, tip: string, remote: string): Promise<string | undefined> {
  const unsent = await git.read(['rev-list', '--topo-order', '--reverse', tip, '--not', `--remotes=${remote}`]);
  const [oldest = ''] = unsent.split('\n');
  if (oldest === '') return (await git.read(['rev-parse', `${tip}^{commit}`])).trim();
  return (await git.tryRead(['rev-parse', '--verify', '--quiet', `${oldest}^`]))?.trim();
}
