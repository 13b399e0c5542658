import type { DuckDBConnection } from '@duckdb/node-api';
import { PlatformError } from '@ml-platform/errors';
import { asked, relationOf, type Source } from '../build/source.ts';
import type { FeatureSetSpec } from '../definition/feature-set.ts';
import { isNumeric } from '../definition/sql-types.ts';
import { identifier } from '../duckdb/quote.ts';
import { type EngineOptions, rowsOf, withDuckDB } from '../duckdb/session.ts';

export interface NumericStatistics {
  readonly kind: 'numeric';
  /** Values that are there. */
  readonly count: number;
  readonly nullShare: number;
  readonly mean: number;
  readonly standardDeviation: number;
  readonly min: number;
  readonly max: number;
  /** The distinct deciles. */
  readonly edges: readonly number[];
  /** `shares[i]` is the share of values in `(edges[i - 1], edges[i]]`; there is one more than edges. */
  readonly shares: readonly number[];
}

export interface CategoricalStatistics {
  readonly kind: 'categorical';
  readonly count: number;
  readonly nullShare: number;
  readonly distinct: number;
  /** Of all rows, by value: the commonest 50. */
  readonly shares: Readonly<Record<string, number>>;
  readonly otherShare: number;
}

export type ColumnStatistics = NumericStatistics | CategoricalStatistics;

export interface ReferenceStatistics {
  readonly rows: number;
  readonly columns: Readonly<Record<string, ColumnStatistics>>;
}

export interface StatisticsOptions extends EngineOptions {
  /** Parquet files with the features as columns: a training set, or a table. */
  readonly source: Source;
  /** Before the names of the features, as in the join. */
  readonly prefix?: string;
}

const TOP_VALUES = 50;
const DECILES = Array.from({ length: 9 }, (_, index) => (index + 1) / 10);

/**
 * What the features look like, for drift to be measured against: in the form of the reference in a model's `model.json`.
 * Numbers are rounded to nine digits, so that the order of rows never shows.
 *
 * @throws PlatformError `data` where there is no row or a column is missing, `notFound` without files.
 */
export async function referenceStatistics(
  set: FeatureSetSpec,
  { source, prefix = '', ...engine }: StatisticsOptions,
): Promise<ReferenceStatistics> {
  return withDuckDB(engine, (database) =>
    asked(set, async () => {
      await database.run(`CREATE VIEW looked_at AS FROM ${relationOf(source)}`);
      const [{ rows } = { rows: 0 }] = await rowsOf<{ rows: number }>(
        database,
        'SELECT count(*)::DOUBLE AS rows FROM looked_at',
      );
      if (rows === 0) throw noRows(set);
      const columns: Record<string, ColumnStatistics> = {};
      for (const [name, { type }] of Object.entries(set.features)) {
        const column = identifier(`${prefix}${name}`);
        columns[name] = isNumeric(type)
          ? await numeric(database, column, rows)
          : await categorical(database, column, rows);
      }
      return { rows, columns };
    }),
  );
}

async function numeric(database: DuckDBConnection, column: string, rows: number): Promise<NumericStatistics> {
  // NaN is no value to compare with; infinities have no mean.
  const values = `SELECT ${column}::DOUBLE AS value FROM looked_at WHERE isfinite(${column}::DOUBLE)`;
  const [found] = await rowsOf<Record<string, number | null> & { edges: number[] | null }>(
    database,
    `SELECT count(*)::DOUBLE AS count, avg(value) AS mean, stddev_pop(value) AS deviation, min(value) AS min, max(value) AS max,
      list_sort(list_distinct(quantile_disc(value, [${DECILES.join(', ')}]))) AS edges FROM (${values})`,
  );
  const count = found?.count ?? 0;
  const edges = found?.edges ?? [];
  const bins = await rowsOf<{ bin: number; count: number }>(
    database,
    `SELECT len(list_filter([${edges.join(', ')}]::DOUBLE[], lambda edge: edge < value))::DOUBLE AS bin, count(*)::DOUBLE AS count
      FROM (${values}) GROUP BY bin`,
  );
  const inBin = new Map(bins.map((one) => [one.bin, one.count]));
  return {
    kind: 'numeric',
    count,
    nullShare: rounded(1 - count / rows),
    mean: rounded(found?.mean ?? 0),
    standardDeviation: rounded(found?.deviation ?? 0),
    min: rounded(found?.min ?? 0),
    max: rounded(found?.max ?? 0),
    edges: edges.map(rounded),
    shares: [...edges, 0].map((_, bin) => rounded((inBin.get(bin) ?? 0) / Math.max(1, count))),
  };
}

async function categorical(database: DuckDBConnection, column: string, rows: number): Promise<CategoricalStatistics> {
  const found = await rowsOf<{ value: string; count: number; place: number; distinct: number; all: number }>(
    database,
    `SELECT value, count, (count(*) OVER ())::DOUBLE AS distinct, (sum(count) OVER ())::DOUBLE AS all
      FROM (SELECT ${column}::VARCHAR AS value, count(*)::DOUBLE AS count FROM looked_at WHERE ${column} IS NOT NULL GROUP BY value)
      ORDER BY count DESC, value LIMIT ${TOP_VALUES}`,
  );
  const count = found[0]?.all ?? 0;
  const top = found.reduce((sum, one) => sum + one.count, 0);
  return {
    kind: 'categorical',
    count,
    nullShare: rounded(1 - count / rows),
    distinct: found[0]?.distinct ?? 0,
    shares: Object.fromEntries(found.map((one) => [one.value, rounded(one.count / rows)])),
    otherShare: rounded((count - top) / rows),
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(9));
}

function noRows({ name }: FeatureSetSpec): PlatformError {
  return new PlatformError(`feature set ${name}: there is no row to describe`, {
    code: 'data',
    hint: 'name a training set, or a table, with rows',
  });
}
