import type { DatabaseSync } from 'node:sqlite';
import { PlatformError } from '@ml-platform/errors';
import type { AliasChange, AliasMove, Swap } from '../model-registry.ts';

export interface Move {
  readonly name: string;
  readonly alias: string;
  /** Null takes the alias away. */
  readonly version: string | null;
  readonly action: AliasChange['action'];
  readonly at: string;
  readonly reason?: string | undefined;
}

export function readAliases(database: DatabaseSync, name: string): Record<string, string> {
  const rows = database.prepare('SELECT alias, version FROM aliases WHERE name = ? ORDER BY alias').all(name);
  return Object.fromEntries(rows.map((row) => [String(row.alias), String(row.version)]));
}

/** The version that an alias points at. */
export function aliasTarget(database: DatabaseSync, name: string, alias: string): string | null {
  const row = database.prepare('SELECT version FROM aliases WHERE name = ? AND alias = ?').get(name, alias);
  return row ? String(row.version) : null;
}

export function readHistory(database: DatabaseSync, name: string): AliasChange[] {
  const rows = database
    .prepare('SELECT name, alias, action, previous, version, at, reason FROM alias_history WHERE name = ? ORDER BY id')
    .all(name);
  return rows.map((row) => ({ ...row }) as unknown as AliasChange);
}

/**
 * Moves an alias and records it; nothing is recorded where it points there already. Has to run under the write lock.
 *
 * @throws PlatformError `busy` where it doesn't point at what was expected.
 */
export function moveAlias(database: DatabaseSync, move: Move, { expected }: Swap): AliasMove {
  const { name, alias, version, action, at, reason = null } = move;
  const previous = aliasTarget(database, name, alias);
  if (expected !== undefined && expected !== previous) throw movedMeanwhile(move, expected, previous);
  if (previous === version) return { alias, previous, version };
  if (version === null) database.prepare('DELETE FROM aliases WHERE name = ? AND alias = ?').run(name, alias);
  else
    database
      .prepare('INSERT OR REPLACE INTO aliases (name, alias, version) VALUES (?, ?, ?)')
      .run(name, alias, version);
  database
    .prepare(
      'INSERT INTO alias_history (name, alias, action, previous, version, at, reason) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    .run(name, alias, action, previous, version, at, reason);
  return { alias, previous, version };
}

/** @throws PlatformError `notFound` where the model has no such alias. */
export function checkAliasExists(database: DatabaseSync, name: string, alias: string): void {
  if (aliasTarget(database, name, alias) !== null) return;
  const known = Object.keys(readAliases(database, name));
  throw new PlatformError(`the model "${name}" has no alias "${alias}"`, {
    code: 'notFound',
    hint: known.length === 0 ? 'it has no alias at all' : `there is ${known.join(', ')}`,
  });
}

/**
 * The version that an alias pointed at before the current one. A rollback takes the current one off, so that the next goes
 * further back.
 *
 * @throws PlatformError `notFound` where it pointed at no other one.
 */
export function versionBefore(database: DatabaseSync, name: string, alias: string): string {
  const served: string[] = [];
  for (const change of readHistory(database, name).filter((one) => one.alias === alias)) {
    if (change.action === 'rolledBack') served.pop();
    else if (change.version !== null && change.version !== served.at(-1)) served.push(change.version);
  }
  const version = served.at(-2);
  if (version !== undefined) return version;
  throw new PlatformError(`the alias "${alias}" of "${name}" pointed at no other version before`, {
    code: 'notFound',
    hint: 'promote the version that shall serve',
  });
}

function movedMeanwhile({ name, alias }: Move, expected: string | null, previous: string | null): PlatformError {
  return new PlatformError(
    `the alias "${alias}" of "${name}" points at ${describe(previous)}, expected ${describe(expected)}`,
    { code: 'busy', hint: 'someone else moved it: look at the aliases again, then decide' },
  );
}

function describe(version: string | null): string {
  return version === null ? 'nothing' : `version ${version}`;
}
