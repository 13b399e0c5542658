import { messageOf, PlatformError, type PlatformErrorOptions } from '@ml-platform/errors';

// https://sqlite.org/rescode.html
const BUSY = 5;
const READ_ONLY = 8;
const CORRUPT = 11;
const FULL = 13;
const CANT_OPEN = 14;
const NOT_A_DATABASE = 26;

const damaged = {
  code: 'data',
  hint: 'restore registry.db from a backup; the model folders beside it are untouched',
} as const;

const MEANING: Readonly<Record<number, Pick<PlatformErrorOptions, 'code' | 'hint'>>> = {
  [BUSY]: { code: 'busy', hint: 'another process is writing to the registry; try again' },
  [READ_ONLY]: { code: 'environment', hint: 'the registry has to be writable' },
  [CORRUPT]: damaged,
  [FULL]: { code: 'environment', hint: 'free some disk space' },
  [CANT_OPEN]: { code: 'environment', hint: 'check that the folder is there and writable' },
  [NOT_A_DATABASE]: damaged,
};

/** Runs `work`; an SQLite error whose cause is known is thrown as a PlatformError that names the file. */
export function explainingErrors<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    const meaning = MEANING[primaryCode(thrown)];
    if (!meaning) throw thrown;
    throw new PlatformError(`${file}: ${messageOf(thrown)}`, { ...meaning, cause: thrown });
  }
}

/** Whether SQLite failed for want of a folder that it may write to. */
export function wantsToWrite(thrown: unknown): boolean {
  return [READ_ONLY, CANT_OPEN].includes(primaryCode(thrown));
}

/** The low byte of an extended result code is its primary code; -1 for what isn't an SQLite error. */
function primaryCode(thrown: unknown): number {
  const isSqlite = thrown instanceof Error && 'errcode' in thrown && typeof thrown.errcode === 'number';
  return isSqlite ? Number(thrown.errcode) & 0xff : -1;
}
