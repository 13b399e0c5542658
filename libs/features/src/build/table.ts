import type { DuckDBConnection } from '@duckdb/node-api';
import { PlatformError } from '@ml-platform/errors';
import type { FeatureSetSpec } from '../definition/feature-set.ts';
import { fingerprintOf } from '../definition/fingerprint.ts';
import { tableColumns } from '../definition/table-columns.ts';
import { literal } from '../duckdb/quote.ts';
import { rowsOf } from '../duckdb/session.ts';
import { asked, relationOf } from './source.ts';

/** Names the definition that a file was made by, in what Parquet keeps beside data. */
export const FINGERPRINT = 'feature_set_fingerprint';

/**
 * What may follow FROM, for the table in a folder that was built of a set, here or by its SQL elsewhere.
 *
 * @throws PlatformError `notFound` without files, `data` where they are of another definition.
 */
export async function checkTable(database: DuckDBConnection, set: FeatureSetSpec, folder: string): Promise<string> {
  const relation = relationOf(folder);
  const columns = await asked(set, () =>
    rowsOf<{ column_name: string }>(database, `SELECT column_name FROM (DESCRIBE FROM ${relation})`),
  );
  const names = new Set(columns.map(({ column_name }) => column_name));
  const missing = tableColumns(set).filter((name) => !names.has(name));
  if (missing.length > 0) throw other(set, folder, `it has no column ${missing.join(', ')}`);
  const marks = await rowsOf<{ mark: string }>(
    database,
    `SELECT DISTINCT decode(value) AS mark FROM parquet_kv_metadata(${literal(`${folder}/*.parquet`)})
      WHERE decode(key) = ${literal(FINGERPRINT)}`,
  );
  const strange = marks.find(({ mark }) => mark !== fingerprintOf(set));
  if (strange !== undefined)
    throw other(set, folder, `its definition was ${strange.mark}, now it is ${fingerprintOf(set)}`);
  return relation;
}

function other({ name }: FeatureSetSpec, folder: string, why: string): PlatformError {
  return new PlatformError(`${folder} is no table of the feature set ${name} as it is defined now: ${why}`, {
    code: 'data',
    hint: 'build it anew, whole: buildFeatures without from',
  });
}
