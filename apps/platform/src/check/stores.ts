import { setTimeout } from 'node:timers/promises';
import { PlatformError } from '@ml-platform/errors';
import { openStore } from '@ml-platform/storage';
import { type Problem, problemOf } from './problem.ts';

const STORE = /^(?:s3|gs|az|file):\/\//;
/** A folder that isn't there: to list it, a store has to be there and let us in, and has nothing to send. */
const NOWHERE = '.platform-check/';
/** Milliseconds. */
const PATIENCE = 10_000;

export interface AskedStore {
  readonly store: string;
  readonly problem?: Problem;
}

/** The locations among the values of some settings. */
export function storesIn(value: unknown): string[] {
  if (typeof value === 'string') return STORE.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(storesIn) : [];
}

/** Asks each store once, all at the same time. */
export function askStores(stores: readonly string[]): Promise<AskedStore[]> {
  return Promise.all([...new Set(stores)].sort().map(ask));
}

async function ask(store: string): Promise<AskedStore> {
  const late = new AbortController();
  try {
    const listed = openStore(store).then(({ list }) => list(NOWHERE));
    await Promise.race([listed, refuseLate(store, late.signal)]);
    return { store };
  } catch (thrown) {
    const { message, hint } = problemOf(thrown);
    return { store, problem: { message, hint } };
  } finally {
    late.abort();
  }
}

async function refuseLate(store: string, signal: AbortSignal): Promise<never> {
  await setTimeout(PATIENCE, undefined, { signal });
  throw new PlatformError(`${store} gave no answer in ${PATIENCE / 1000} s`, {
    code: 'environment',
    hint: 'check the network, the name, and who you are signed in as',
  });
}
