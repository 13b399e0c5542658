import { PlatformError } from '@ml-platform/errors';
import { rowsOf, type Session } from '../session/session.ts';
import { named, quoted } from '../session/sql-text.ts';
import { isNullable, scalarOf } from '../table/column-type.ts';
import type { Table } from '../table/define-table.ts';
import type { Relation } from './relation.ts';

export interface Tally {
  /** Good ones. */
  readonly rows: number;
  readonly quarantined: number;
}

/** With fewer rows, a column that is wrong in all of them may be but some bad rows. */
const MANY = 10;
/** A share of fewer rows says nothing. */
const SHARED = 100;

/** @throws PlatformError `data` for columns that a file lacks. */
export async function checkColumns(relation: Relation, table: Table, what: string): Promise<void> {
  const missing = Object.keys(table.columns).filter((name) => relation.column(name) === undefined);
  if (missing.length === 0) return;
  const declared = missing.map((name) => `${name} (${table.columns[name]})`).join(', ');
  throw new PlatformError(`${what}: there is no column ${declared}; there are ${(await relation.names()).join(', ')}`, {
    code: 'data',
    hint: 'nothing was written: ask the owner of the source, or change the columns of the table',
  });
}

/**
 * Over the rows in the table `part`.
 *
 * @throws PlatformError `data` for a column of which no value converts, or that isn't there in any row.
 */
export async function checkDrift({ database }: Session, table: Table, what: string): Promise<void> {
  const counts = Object.keys(table.columns).flatMap((name, index) => [
    `count(${named(name)}) AS good${index}`,
    `count(*) FILTER (list_contains(_columns, ${quoted(name)})) AS bad${index}`,
  ]);
  const [found = {}] = await rowsOf<Record<string, bigint>>(database, `SELECT ${counts.join(', ')} FROM part`);
  for (const [index, [name, type]] of Object.entries(table.columns).entries()) {
    if ((found[`good${index}`] ?? 0n) > 0n || (found[`bad${index}`] ?? 0n) < MANY) continue;
    const [example] = await examples({ database }, `list_contains(_columns, ${quoted(name)})`, 1);
    const wanted = `${scalarOf(type)}${isNullable(type) ? ' or nothing' : ''}`;
    throw new PlatformError(
      `${what}: no value of column ${name} is the ${wanted} that it is declared to be, in ${found[`bad${index}`]} rows: ${example}`,
      {
        code: 'data',
        hint: 'nothing was written: its name or its type has changed at the source; ask its owner, or change the columns of the table',
      },
    );
  }
}

/** @throws PlatformError `data` where too many rows were refused. */
export async function checkShare(
  session: Session,
  { rows, quarantined }: Tally,
  most: number,
  what: string,
): Promise<void> {
  const all = rows + quarantined;
  if (all < SHARED || quarantined / all <= most) return;
  const told = (await examples(session, '_problem IS NOT NULL', 3)).join(' | ');
  const share = `${quarantined} of ${all} rows were refused, more than the share of ${most} that is allowed`;
  throw new PlatformError(`${what}: ${share}: ${told || 'in the parts before'}`, {
    code: 'data',
    hint: 'this part was not written; look at the source, or allow more with maxQuarantinedShare',
  });
}

async function examples({ database }: Pick<Session, 'database'>, where: string, most: number): Promise<string[]> {
  const found = await rowsOf<{ problem: string }>(
    database,
    `SELECT DISTINCT ON (_columns) _problem AS problem FROM part WHERE ${where} ORDER BY rowid LIMIT ${most}`,
  );
  return found.map(({ problem }) => problem);
}
