import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PlatformError } from '@ml-platform/errors';
import { StoreError } from '@ml-platform/storage';
import type { Dataset } from '../lake/dataset.ts';
import { type FoundPosition, type Json, type PositionFile, readPosition } from './position.ts';
import { isGone, thisProcess } from './this-process.ts';

/** A dataset's position, held by this run alone. */
export interface HeldPosition extends AsyncDisposable {
  readonly position: Json | undefined;
  readonly sequence: bigint;
  /** @throws PlatformError `busy` where another run took it over. */
  check(): Promise<void>;
  /** Moves it on, after the files are there. */
  commit(position: Json | undefined, sequence: bigint): Promise<void>;
}

export interface HoldOptions {
  /** What the position is one of; a position of another source is refused. */
  readonly source: string;
  /** A run of which nothing was heard for so long is dead. 20 000 unless given. */
  readonly leaseMilliseconds?: number;
  readonly signal?: AbortSignal;
}

const LEASE_MILLISECONDS = 20_000;

/**
 * Takes a dataset's position for one run. Of two that try, one gets it. A run of this machine that was killed is known to be
 * gone; one of another machine is, when its mark in the file has stood still for a lease. No clocks are compared.
 *
 * @throws PlatformError `busy` where another run holds it, `config` where it is another source's.
 */
export async function holdPosition(dataset: Dataset, options: HoldOptions): Promise<HeldPosition> {
  const { source, leaseMilliseconds = LEASE_MILLISECONDS, signal } = options;
  const found = await freed(dataset, leaseMilliseconds, signal);
  if (found !== undefined && found.file.source !== source) throw otherSource(dataset, found.file.source, source);
  const file: PositionFile = { sequence: '0', ...found?.file, source };
  return held(dataset, found?.version, file, leaseMilliseconds);
}

/** Waits for a lease to run out, at most once. */
async function freed(dataset: Dataset, lease: number, signal?: AbortSignal): Promise<FoundPosition | undefined> {
  const first = await readPosition(dataset);
  const claim = first?.file.claim;
  if (claim === undefined || isGone({ ...claim, started: claim.started })) return first;
  if (claim.machine === thisProcess().machine) throw busy(dataset, first);
  const end = Date.now() + lease;
  while (Date.now() < end) {
    await sleep(Math.min(lease / 10, 1000), undefined, signal === undefined ? {} : { signal });
    const now = await readPosition(dataset);
    if (now?.file.claim === undefined) return now;
    if (now.file.claim.id !== claim.id || now.file.claim.beat !== claim.beat) throw busy(dataset, now);
  }
  return first;
}

async function held(
  dataset: Dataset,
  found: string | undefined,
  before: PositionFile,
  lease: number,
): Promise<HeldPosition> {
  const id = randomUUID();
  const since = new Date().toISOString();
  let file: PositionFile = { ...before, claim: { id, ...marked(), since, beat: 0 } };
  let version = found;
  const put = async (next: PositionFile) => {
    await writeOver(dataset, next, version);
    file = next;
    version = undefined;
  };
  /** What is there is ours where our own mark is in it: only we write that one. */
  const look = async () => {
    const now = await readPosition(dataset);
    if (now?.file.claim?.id !== id) throw taken(dataset, now);
    version = now.version;
  };
  const queue = oneByOne();
  const next = (changes: Partial<PositionFile>) => ({ ...file, ...changes });
  await put(file);
  await look();
  const beat = () =>
    queue(async () => {
      await look();
      await put(next({ claim: { id, ...marked(), since, beat: (file.claim?.beat ?? 0) + 1 } }));
    });
  let isBeating = false;
  const beats = setInterval(async () => {
    // Behind a slow store they would pile up, and commits with them.
    if (isBeating) return;
    isBeating = true;
    // What is lost shows at the next check.
    await beat().catch(() => undefined);
    isBeating = false;
  }, lease / 4);
  beats.unref();
  return {
    position: file.position,
    sequence: BigInt(file.sequence),
    check: () => queue(look),
    commit: (position, sequence) =>
      queue(async () => {
        if (version === undefined) await look();
        await put(next({ position, sequence: String(sequence) }));
      }),
    [Symbol.asyncDispose]: async () => {
      clearInterval(beats);
      const { claim: _, ...free } = file;
      // Not ours any more, or not to be reached: it runs out.
      await queue(async () => {
        await look();
        await put(free);
      }).catch(() => undefined);
    },
  };
}

function marked() {
  const { started, ...mark } = thisProcess();
  return started === undefined ? mark : { ...mark, started };
}

/** Beats and commits of one run write the same file. */
function oneByOne(): (work: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}

async function writeOver(dataset: Dataset, file: PositionFile, version: string | undefined): Promise<void> {
  const { store, positionPath } = dataset;
  const text = JSON.stringify(file);
  try {
    await store.write(positionPath, text, version === undefined ? { ifAbsent: true } : { ifMatch: version });
  } catch (thrown) {
    if (!(thrown instanceof StoreError)) throw thrown;
    if (thrown.reason === 'changed') throw taken(dataset, await readPosition(dataset));
    if (thrown.reason !== 'unsupported') throw thrown;
    // Google's storage has no conditional writes here: what comes between these two isn't seen.
    if ((await store.stat(positionPath))?.version !== version) throw taken(dataset, await readPosition(dataset));
    await store.write(positionPath, text);
  }
}

function busy({ uri }: Dataset, found: FoundPosition | undefined): PlatformError {
  return new PlatformError(`${uri}: another run is at work${who(found)}`, {
    code: 'busy',
    hint: 'wait for it, or end it; what it has committed is kept',
  });
}

function taken({ uri }: Dataset, found: FoundPosition | undefined): PlatformError {
  return new PlatformError(`${uri}: another run took over${who(found)}`, {
    code: 'busy',
    hint: 'nothing is lost: let one run at a time, and look why this one stood still',
  });
}

function who(found: FoundPosition | undefined): string {
  const claim = found?.file.claim;
  return claim === undefined ? '' : `: process ${claim.pid} on ${claim.machine.split(' ')[0]}, since ${claim.since}`;
}

function otherSource({ uri, positionPath }: Dataset, was: string, is: string): PlatformError {
  return new PlatformError(`${uri} was read from ${was}, and now from ${is}: its position says nothing about that`, {
    code: 'config',
    hint: `name another dataset, or remove ${positionPath} to read everything anew`,
  });
}
