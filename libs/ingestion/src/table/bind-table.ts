import { messageOf, PlatformError } from '@ml-platform/errors';
import { firstLine } from '../failures/explain.ts';
import type { Session } from '../session/session.ts';
import { named } from '../session/sql-text.ts';
import { scalarOf } from './column-type.ts';
import type { Table } from './define-table.ts';

/**
 * Asks DuckDB whether what is written in SQL over a table's columns is SQL: checks, and what partitions are made by.
 *
 * @throws PlatformError `config`, with the name of what isn't.
 */
export async function bindTable(
  { database }: Session,
  { columns, checks }: Table,
  partitions: Readonly<Record<string, string>> = {},
): Promise<void> {
  const typed = Object.entries(columns).map(([name, type]) => `${named(name)} ${scalarOf(type)}`);
  await database.run(`CREATE OR REPLACE TEMP TABLE bound (${typed.join(', ')})`);
  const ask = async (what: string, sql: string) => {
    try {
      await database.run(`SELECT ${sql} FROM bound LIMIT 0`);
    } catch (thrown) {
      throw new PlatformError(`${what}: ${firstLine(messageOf(thrown))}`, {
        code: 'config',
        hint: `expected SQL of DuckDB's over the columns ${Object.keys(columns).join(', ')}`,
        cause: thrown,
      });
    }
  };
  for (const [name, check] of Object.entries(checks)) await ask(`check ${name}, ${check}`, `(${check})::BOOLEAN`);
  for (const [name, sql] of Object.entries(partitions)) {
    await ask(`partition ${name}, ${sql}`, `(${sql})::VARCHAR`);
    const isColumn = Object.keys(columns).some((column) => column.toLowerCase() === name.toLowerCase());
    if (!isColumn || (columns[name] !== undefined && sql === named(name))) continue;
    throw new PlatformError(`partition ${name} is named as a column, and is another value`, {
      code: 'config',
      hint: `name it otherwise, or use the column as it is: partitionBy: ['${name}']`,
    });
  }
}
