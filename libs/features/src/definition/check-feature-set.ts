import type { DuckDBConnection } from '@duckdb/node-api';
import { messageOf } from '@ml-platform/errors';
import { identifier, literal } from '../duckdb/quote.ts';
import { rowsOf, withDuckDB } from '../duckdb/session.ts';
import { badSet, expressionOf, type Feature, type FeatureKind, type FeatureSetSpec, kindOf } from './feature-set.ts';
import { canonicalType, isNumeric, sumsExactly } from './sql-types.ts';

/** What DuckDB says of a set's expressions: the type of each, by its feature; `count('*')` has none. */
export type ExpressionTypes = ReadonlyMap<string, string>;

const known = new WeakMap<FeatureSetSpec, Promise<ExpressionTypes>>();

/**
 * Asks DuckDB about every expression of a set, over an empty table of the declared columns.
 *
 * @throws PlatformError `config` that names the feature: for SQL that isn't valid, a column that isn't declared, a declared
 * type that the value hasn't, a sum that would depend on the order of its rows, or an expression that sees other rows or the clock.
 */
export function checkFeatureSet(set: FeatureSetSpec): Promise<ExpressionTypes> {
  const found = known.get(set) ?? withDuckDB({ threads: 1 }, (database) => askDuckDB(database, set));
  known.set(set, found);
  return found;
}

async function askDuckDB(database: DuckDBConnection, set: FeatureSetSpec): Promise<ExpressionTypes> {
  await createTable(database, 'events', Object.entries(set.columns));
  const types = new Map<string, string>();
  const declared = Object.entries(set.features);
  for (const [name, feature] of declared.filter(([, one]) => kindOf(one) !== 'sql')) {
    const sql = expressionOf(feature);
    const counts = kindOf(feature) === 'count' && sql === '*';
    const type = counts ? '' : await typeOf(database, set, `features.${name}`, sql, 'events');
    if (!counts) types.set(name, type);
    checkType(set, name, feature, type);
  }
  const values = declared.filter(([, one]) => kindOf(one) !== 'sql').map(([name, { type }]) => [name, type] as const);
  await createTable(database, 'features', [...Object.entries(set.entity.key), ...values]);
  for (const [name, feature] of declared.filter(([, one]) => kindOf(one) === 'sql')) {
    const type = await typeOf(database, set, `features.${name}`, expressionOf(feature), 'features');
    types.set(name, type);
    checkType(set, name, feature, type);
  }
  if (typeof set.knownAfter === 'object') {
    const type = await typeOf(database, set, 'knownAfter.minutes', set.knownAfter.minutes, 'events');
    if (!isNumeric(type)) throw badSet(set, `knownAfter.minutes is ${type}, expected a number of minutes`);
  }
  return types;
}

async function createTable(
  database: DuckDBConnection,
  name: string,
  columns: readonly (readonly [string, string])[],
): Promise<void> {
  const list = columns.map(([column, type]) => `${identifier(column)} ${type}`);
  await database.run(`CREATE TABLE ${name} (${list.join(', ')})`);
}

async function typeOf(
  database: DuckDBConnection,
  set: FeatureSetSpec,
  where: string,
  sql: string,
  table: 'events' | 'features',
): Promise<string> {
  // In lines of its own: a comment at its end takes nothing else with it.
  const query = `SELECT (\n${sql}\n) AS value FROM ${table}`;
  try {
    const [row, another] = await rowsOf<{ column_type: string }>(database, `DESCRIBE ${query}`);
    if (another !== undefined) throw badSet(set, `${where}: is more than one expression`);
    await refuseStrangers(database, set, where, query);
    return row?.column_type ?? '';
  } catch (cause) {
    if (!(cause instanceof Error) || !/^[A-Z]\w+( \w+)* Error: /.test(cause.message)) throw cause;
    throw badSet(set, `${where}: ${messageOf(cause).split('\n')[0]}`, cause);
  }
}

/** An expression sees the row that it is given: no other row, which may be of the future, and no clock. */
async function refuseStrangers(
  database: DuckDBConnection,
  set: FeatureSetSpec,
  where: string,
  query: string,
): Promise<void> {
  const tree = `json_serialize_sql(${literal(query)})`;
  const [row] = await rowsOf<{ tree: string }>(database, `SELECT ${tree} AS tree`);
  const nodes = nodesOf(JSON.parse(row?.tree ?? '{}'));
  if (nodes.some((node) => node.class === 'WINDOW')) throw badSet(set, `${where}: is a window over other rows`);
  if (nodes.some((node) => node.class === 'SUBQUERY')) throw badSet(set, `${where}: is a query of its own`);
  const names = nodes
    .flatMap((node) => node.function_name ?? node.column_names ?? [])
    .map((name) => name.toLowerCase())
    .filter((name) => /\w/.test(name) && !(name in set.columns || name in set.features));
  if (names.length === 0) return;
  const kinds = await strangers(database);
  const other = names.toSorted().find((name) => kinds.has(name));
  if (other === undefined) return;
  const what =
    kinds.get(other) === 'aggregate' ? 'an aggregate: say sum, mean, min, max or count' : 'not the same at each time';
  throw badSet(set, `${where}: ${other} is ${what}`);
}

let listed: Promise<ReadonlyMap<string, string>> | undefined;

/** The kinds of functions that don't give the same for the same row, by name: they are the same of every database. */
function strangers(database: DuckDBConnection): Promise<ReadonlyMap<string, string>> {
  listed ??= rowsOf<{ name: string; kind: string }>(
    database,
    `SELECT function_name AS name, MIN(function_type) AS kind FROM duckdb_functions()
      WHERE stability <> 'CONSISTENT' OR function_type = 'aggregate' GROUP BY name`,
  ).then((rows) => new Map(rows.map(({ name, kind }) => [name, kind])));
  return listed;
}

interface SyntaxNode {
  readonly class?: string;
  readonly function_name?: string;
  readonly column_names?: readonly string[];
}

function nodesOf(tree: unknown): SyntaxNode[] {
  if (tree === null || typeof tree !== 'object') return [];
  return [tree as SyntaxNode, ...Object.values(tree).flatMap(nodesOf)];
}

function checkType(set: FeatureSetSpec, name: string, feature: Feature, found: string): void {
  const kind = kindOf(feature);
  const declared = canonicalType(feature.type);
  const wrong = (problem: string) => badSet(set, `features.${name}: ${problem}`);
  if ((kind === 'sum' || kind === 'mean') && !sumsExactly(found)) {
    throw wrong(
      `${kind} of ${found}, expected integers, decimals or booleans, whose sum depends on no order: CAST(… AS DECIMAL(18, 6))`,
    );
  }
  if (!fits(kind, declared, found)) throw wrong(`is declared ${declared}, and gives ${givenBy(kind, found)}`);
}

/** Numbers are cast to the declared type, as far as nothing is rounded twice. */
function fits(kind: FeatureKind, declared: string, found: string): boolean {
  if (kind === 'mean') return declared === 'DOUBLE';
  if (kind === 'sum' || kind === 'count') return isNumeric(declared) && declared !== 'FLOAT';
  return declared === found || (isNumeric(declared) && isNumeric(found));
}

function givenBy(kind: FeatureKind, found: string): string {
  if (kind === 'mean') return 'DOUBLE';
  return kind === 'sum' || kind === 'count' ? 'a number' : found;
}
