import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { messageOf, PlatformError } from '@ml-platform/errors';
import type { FeatureSetSpec } from '../definition/feature-set.ts';
import { literal } from '../duckdb/quote.ts';
import { rowsOf } from '../duckdb/session.ts';

/** Parquet files: paths, globs, or folders of them. */
export type Source = string | readonly string[];

/** What may follow FROM. */
export function relationOf(source: Source): string {
  const places = [source].flat().map((place) => literal(isFolder(place) ? join(place, '*.parquet') : place));
  return `read_parquet([${places.join(', ')}], union_by_name = true)`;
}

/**
 * Looks whether a source has what a set is made of.
 *
 * @throws PlatformError `notFound` without a file, `data` where a column is missing.
 */
export async function checkSource(database: DuckDBConnection, set: FeatureSetSpec, source: string): Promise<void> {
  const found = await asked(set, () =>
    rowsOf<{ column_name: string }>(database, `SELECT column_name FROM (DESCRIBE FROM ${source})`),
  );
  const names = found.map(({ column_name }) => column_name);
  const missing = Object.keys(set.columns).filter((name) => !names.includes(name));
  if (missing.length === 0) return;
  throw new PlatformError(`feature set ${set.name}: its source has no column ${missing.join(', ')}`, {
    code: 'data',
    hint: `it has ${names.join(', ')}`,
  });
}

/** What DuckDB says of a source, as an error of ours. */
export async function asked<Result>(set: Pick<FeatureSetSpec, 'name'>, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof PlatformError) throw cause;
    const said = messageOf(cause).split('\n')[0] ?? '';
    if (/No files found|Cannot open file|No such file/.test(said)) {
      throw new PlatformError(`feature set ${set.name}: ${said}`, {
        code: 'notFound',
        hint: 'name Parquet files, a glob or a folder of them',
        cause,
      });
    }
    const full = /Out of Memory|memory/i.test(said);
    throw new PlatformError(`feature set ${set.name}: ${said}`, {
      code: full ? 'environment' : 'data',
      hint: full ? 'raise memory, or build smaller partitions' : 'look at the files that it is made of',
      cause,
    });
  }
}

function isFolder(place: string): boolean {
  return existsSync(place) && statSync(place).isDirectory();
}
