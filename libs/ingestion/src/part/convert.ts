import { named, quoted } from '../session/sql-text.ts';
import { type ColumnType, type Columns, isInteger, isMoment, isNullable, scalarOf } from '../table/column-type.ts';
import type { Table } from '../table/define-table.ts';
import type { Relation, SourceColumn } from './relation.ts';

/** Metadata that each row carries beside the table's columns; names start with `_`. */
export type Origin = Columns;

export interface ConvertOptions {
  readonly origin: Origin;
  /** For the watermark, where it is a moment. */
  readonly notAfter: Date | undefined;
}

/** Characters of a value that are shown in a reason. */
const SHOWN = 60;

/**
 * SQL that converts every row of a relation: the table's columns and the origin's, `_problem` and `_columns` with what is
 * wrong (null for a good row), and `_raw` with what came (for a bad one).
 */
export function convertSql(relation: Relation, table: Table, { origin, notAfter }: ConvertOptions): string {
  const names = Object.keys(table.columns);
  const sourced = names.map((name) => ({ name, type: typeOf(table, name), source: sourceOf(relation, name) }));
  const selected = sourced.flatMap(({ name, type, source }, index) => [
    `${conversion(source, type)} AS ${named(name)}`,
    `${source.sql} AS _s${index}`,
  ]);
  const carried = Object.entries(origin).map(([name, type]) => {
    return `${conversion(sourceOf(relation, name), type)} AS ${named(name)}`;
  });
  const faults: readonly Fault[] = [
    { when: '_unreadable IS NOT NULL', column: '', reason: '_unreadable' },
    ...sourced.flatMap(({ name, type }, index) => valueFaults(name, type, `_s${index}`)),
    ...Object.entries(table.checks).map(([name, check]) => checkFault(name, check)),
    ...futureFault(table, notAfter),
  ];
  const found = faults.map(({ when, column, reason }) => {
    return `CASE WHEN ${when} THEN {c: ${quoted(column)}, r: ${reason}} END`;
  });
  const kept = [...names, ...Object.keys(origin)].map(named).join(', ');
  // Few rows have faults: the list is made for those alone.
  return `SELECT ${kept},
      array_to_string([_f.r FOR _f IN _faults], '; ') AS _problem,
      [_f.c FOR _f IN _faults IF _f.c != ''] AS _columns,
      CASE WHEN _faults IS NOT NULL THEN _whole END AS _raw
    FROM (SELECT *, CASE WHEN ${faults.map(({ when }) => `coalesce(${when}, false)`).join(' OR ')}
        THEN [_f FOR _f IN [${found.join(', ')}] IF _f IS NOT NULL] END AS _faults
      FROM (SELECT ${[...selected, ...carried].join(', ')}, ${relation.problem} AS _unreadable, ${relation.raw} AS _whole
        FROM ${relation.from}))`;
}

/** What can be wrong with a row, in SQL. */
interface Fault {
  readonly when: string;
  /** Whose value it is, if it is one column's. */
  readonly column: string;
  readonly reason: string;
}

function typeOf(table: Table, name: string): ColumnType {
  return table.columns[name] ?? 'VARCHAR?';
}

/** A column that isn't there is null: where that is drift, it was said before. */
function sourceOf(relation: Relation, name: string): SourceColumn {
  return relation.column(name) ?? { sql: 'NULL', type: 'VARCHAR' };
}

function conversion({ sql, type: given }: SourceColumn, type: ColumnType): string {
  const wanted = scalarOf(type);
  if (wanted === 'JSON')
    return given === 'JSON' ? jsonOf(sql) : `CASE WHEN json_valid(${sql}::VARCHAR) THEN ${sql}::JSON END`;
  if (wanted === 'BLOB' && given === 'VARCHAR') return `TRY(from_base64(${sql}))`;
  // By itself DuckDB would drop the offset of a text.
  if (wanted === 'TIMESTAMP' && given === 'VARCHAR') return `TRY_CAST(TRY_CAST(${sql} AS TIMESTAMPTZ) AS TIMESTAMP)`;
  const cast = `TRY_CAST(${sql} AS ${wanted})`;
  // By itself DuckDB would round.
  return isInteger(wanted)
    ? `CASE WHEN TRY_CAST(${sql} AS DOUBLE) = TRY_CAST(${cast} AS DOUBLE) THEN ${cast} END`
    : cast;
}

/** JSON that was sent as a text of JSON is what that text says. */
function jsonOf(sql: string): string {
  const text = `(${sql}->>'$')`;
  return `CASE WHEN json_type(${sql}) = 'NULL' THEN NULL WHEN json_type(${sql}) = 'VARCHAR' AND json_valid(${text}) THEN ${text}::JSON ELSE ${sql} END`;
}

function valueFaults(name: string, type: ColumnType, source: string): Fault[] {
  const isUnread = `_unreadable IS NULL AND ${named(name)} IS NULL`;
  const shown = `coalesce('''' || left(${source}::VARCHAR, ${SHOWN}) || '''', 'a value')`;
  const unconverted = {
    when: `${isUnread} AND ${source} IS NOT NULL`,
    column: name,
    reason: `${quoted(`${name}: `)} || ${shown} || ${quoted(` is no ${scalarOf(type)}`)}`,
  };
  const missing = {
    when: `${isUnread} AND ${source} IS NULL`,
    column: name,
    reason: quoted(`${name}: there is no value`),
  };
  return isNullable(type) ? [unconverted] : [unconverted, missing];
}

/** As in SQL, a check that is null says nothing. */
function checkFault(name: string, check: string): Fault {
  return { when: `NOT TRY((${check}))`, column: '', reason: quoted(`${name}: ${check} does not hold`) };
}

/** SQL of a moment. */
export function momentSql(moment: Date): string {
  return `TIMESTAMPTZ ${quoted(moment.toISOString())}`;
}

function futureFault({ watermark, columns }: Table, notAfter: Date | undefined): Fault[] {
  if (watermark === undefined || notAfter === undefined || !isMoment(columns[watermark] ?? 'VARCHAR')) return [];
  return [
    {
      when: `${named(watermark)} > ${momentSql(notAfter)}`,
      column: watermark,
      reason: `${quoted(`${watermark}: `)} || ${named(watermark)}::VARCHAR || ' lies in the future'`,
    },
  ];
}
