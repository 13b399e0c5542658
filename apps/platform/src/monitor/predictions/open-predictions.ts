import type { DuckDBConnection } from '@duckdb/node-api';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { literal } from '../bins.ts';
import type { Reference, ReferenceColumn } from '../reference.ts';
import { type PredictionFiles, withPredictionFiles } from './find-files.ts';

export interface Predictions {
  extent(): Promise<{ readonly rows: number; readonly from: string | null; readonly to: string | null }>;
  has(column: ReferenceColumn): boolean;
  /** What a column is in a query: a number or a text; NULL where it is missing. */
  expression(column: ReferenceColumn): string;
  /** How many rows meet the first of conditions, the second but not the first, and so on. */
  count(conditions: readonly string[]): Promise<number[]>;
}

export interface PredictionsQuestion {
  readonly predictions: string;
  readonly model: string;
  readonly since: Date | undefined;
  readonly reference: Reference;
}

/**
 * Lends the predictions of a model: those of the server's log, with `inputs` and `outputs` by name, or a table with a
 * column for each. Rows of other models, where they say so, are left out.
 *
 * @throws PlatformError as `withPredictionFiles`; `data` where they can't be read, or lack an input.
 */
export async function withPredictions<Result>(
  question: PredictionsQuestion,
  work: (predictions: Predictions) => Promise<Result>,
): Promise<Result> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  return withPredictionFiles(question.predictions, question.since, async (found) => {
    const instance = await DuckDBInstance.create(':memory:', { autoinstall_known_extensions: 'false' });
    const database = await instance.connect();
    try {
      await database.run("SET TimeZone = 'UTC'");
      return await work(await openPredictions(database, found, question));
    } finally {
      database.closeSync();
      instance.closeSync();
    }
  });
}

/** By name: its type in SQL. */
type Columns = ReadonlyMap<string, string>;

/** Reads the files once, into a table with `asked_at` and a column `c0`, `c1`, … for each of the reference that is there. */
async function openPredictions(
  database: DuckDBConnection,
  found: PredictionFiles,
  question: PredictionsQuestion,
): Promise<Predictions> {
  const columns: Columns =
    found.files.length === 0 ? new Map() : await viewFiles(database, found, question.predictions);
  const { reference } = question;
  const here = reference.columns.filter((column) => placeOf(column, columns) !== undefined);
  if (columns.size > 0) {
    refuseLacking(
      question,
      columns,
      reference.columns.filter((column) => column.of === 'input' && !here.includes(column)),
    );
    await database.run(tableQuery(question, columns, here));
  }
  const rows = async (query: string) => (await database.runAndReadAll(query)).getRowsJS();
  return {
    extent: async () => {
      if (columns.size === 0) return { rows: 0, from: null, to: null };
      const [[count, first, last] = []] = await rows(
        'SELECT count(*), epoch_ms(min(asked_at)), epoch_ms(max(asked_at)) FROM predictions',
      );
      return { rows: Number(count), from: isoTime(first), to: isoTime(last) };
    },
    has: (column) => here.includes(column),
    expression: (column) => `c${here.indexOf(column)}`,
    count: async (conditions) => {
      const cases = conditions.map((condition, bin) => `WHEN ${condition} THEN ${bin}`).join(' ');
      const counts = await rows(`SELECT CASE ${cases} END AS bin, count(*) FROM predictions GROUP BY bin`);
      const byBin = new Map(counts.map(([bin, count]) => [bin, Number(count)]));
      return conditions.map((_, bin) => byBin.get(bin) ?? 0);
    },
  };
}

/** JSON stays JSON, whatever the types in it: they may differ from row to row. */
async function viewFiles(database: DuckDBConnection, { format, files }: PredictionFiles, where: string) {
  const list = `[${files.map(literal).join(', ')}]`;
  const readers = {
    parquet: `read_parquet(${list}, union_by_name = true)`,
    csv: `read_csv(${list}, union_by_name = true, all_varchar = true, header = true)`,
    json: `read_json(${list}, format = 'newline_delimited', union_by_name = true, maximum_depth = 1)`,
  };
  try {
    await database.run(`CREATE VIEW files AS SELECT * FROM ${readers[format]}`);
    const described = (await database.runAndReadAll('DESCRIBE files')).getRowsJS();
    return new Map(described.map(([name, type]) => [String(name), String(type)]));
  } catch (cause) {
    throw new PlatformError(`${where} can't be read: ${messageOf(cause)}`, {
      code: 'data',
      hint: 'expected Parquet, CSV with a header, or an object per line',
      cause,
    });
  }
}

function refuseLacking(
  { predictions, model }: PredictionsQuestion,
  columns: Columns,
  missing: readonly ReferenceColumn[],
): void {
  if (missing.length === 0) return;
  throw new PlatformError(`${predictions} lacks inputs of ${model}: ${missing.map(({ name }) => name).join(', ')}`, {
    code: 'data',
    hint: `there are ${[...columns.keys()].join(', ')}; name the predictions of this model`,
  });
}

function tableQuery(
  { predictions, model, since }: PredictionsQuestion,
  columns: Columns,
  here: readonly ReferenceColumn[],
): string {
  const time = columns.has('time') ? `TRY_CAST(${topLevel('time', columns)} AS TIMESTAMPTZ)` : undefined;
  if (since !== undefined && time === undefined) {
    const hint = 'leave --since out, or name files of these days';
    throw new PlatformError(`${predictions} has no column time, which --since asks for`, { code: 'data', hint });
  }
  const conditions = [
    ...(columns.has('model') ? [`${topLevel('model', columns)} = ${literal(model)}`] : []),
    ...(since === undefined ? [] : [`${time} >= TIMESTAMPTZ ${literal(since.toISOString())}`]),
  ];
  const cells = here.map((column, index) => `${cellOf(column, placeOf(column, columns) ?? 'NULL')} AS c${index}`);
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  return `CREATE TABLE predictions AS SELECT ${[`${time ?? 'NULL::TIMESTAMPTZ'} AS asked_at`, ...cells].join(', ')} FROM files${where}`;
}

/** In SQL; undefined where the predictions lack it. What one row of JSON lacks is missing in that row. */
function placeOf({ name, of }: ReferenceColumn, columns: Columns): string | undefined {
  const group = of === 'input' ? 'inputs' : 'outputs';
  const type = columns.get(group);
  if (type === 'JSON') return `json_extract_string("${group}", ${literal(pointer(name))})`;
  if (type?.startsWith('STRUCT')) return `struct_extract("${group}", ${literal(name)})`;
  return columns.has(name) ? topLevel(name, columns) : undefined;
}

function topLevel(name: string, columns: Columns): string {
  const identifier = `"${name.replaceAll('"', '""')}"`;
  return columns.get(name) === 'JSON' ? `json_extract_string(${identifier}, '')` : identifier;
}

/** RFC 6901. */
function pointer(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** As the server takes them: NaN and what is no number are missing numbers, an empty text is a missing one. */
function cellOf({ reference }: ReferenceColumn, place: string): string {
  if (reference.kind === 'categorical') return `nullif(CAST(${place} AS VARCHAR), '')`;
  const number = `TRY_CAST(${place} AS DOUBLE)`;
  return `CASE WHEN isfinite(${number}) THEN ${number} END`;
}

function isoTime(milliseconds: unknown): string | null {
  return milliseconds === null || milliseconds === undefined ? null : new Date(Number(milliseconds)).toISOString();
}
