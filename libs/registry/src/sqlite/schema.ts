import type { DatabaseSync } from 'node:sqlite';
import { PlatformError } from '@ml-platform/errors';
import { inTransaction } from './transaction.ts';

/** One entry per schema version; entries are added, never edited. */
const MIGRATIONS = [
  `
  CREATE TABLE models (
    name TEXT PRIMARY KEY,
    last_version INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE versions (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL REFERENCES models (name),
    version TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    metrics TEXT NOT NULL,
    lineage TEXT NOT NULL,
    UNIQUE (name, version),
    UNIQUE (name, content_hash)
  ) STRICT;
  CREATE TABLE aliases (
    name TEXT NOT NULL,
    alias TEXT NOT NULL,
    version TEXT NOT NULL,
    PRIMARY KEY (name, alias),
    FOREIGN KEY (name, version) REFERENCES versions (name, version)
  ) STRICT;
  CREATE INDEX aliases_by_version ON aliases (name, version);
  CREATE TABLE alias_history (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL REFERENCES models (name),
    alias TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('promoted', 'set', 'removed')),
    previous TEXT,
    version TEXT,
    at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX alias_history_by_name ON alias_history (name, id);
  `,
  `
  CREATE TABLE alias_changes (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL REFERENCES models (name),
    alias TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('promoted', 'forced', 'rolledBack', 'set', 'removed')),
    previous TEXT,
    version TEXT,
    at TEXT NOT NULL,
    reason TEXT
  ) STRICT;
  INSERT INTO alias_changes SELECT id, name, alias, action, previous, version, at, NULL FROM alias_history;
  DROP TABLE alias_history;
  ALTER TABLE alias_changes RENAME TO alias_history;
  CREATE INDEX alias_history_by_name ON alias_history (name, id);
  `,
];

/**
 * Brings a database to the newest schema.
 *
 * @throws PlatformError `environment` where a newer release wrote the database.
 */
export function migrate(database: DatabaseSync, file: string): void {
  if (schemaVersion(database) === MIGRATIONS.length) return;
  inTransaction(database, () => {
    const found = schemaVersion(database);
    if (found > MIGRATIONS.length) throw tooNew(file, found);
    for (const migration of MIGRATIONS.slice(found)) database.exec(migration);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}

/**
 * Looks whether a database that is only read has the schema that is known here.
 *
 * @throws PlatformError `environment` where it has another.
 */
export function checkSchema(database: DatabaseSync, file: string): void {
  const found = schemaVersion(database);
  if (found > MIGRATIONS.length) throw tooNew(file, found);
  if (found === MIGRATIONS.length) return;
  throw new PlatformError(`${file} has schema ${found}, expected ${MIGRATIONS.length}`, {
    code: 'environment',
    hint: 'register a model with this release: that brings it up to date',
  });
}

function schemaVersion(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version);
}

function tooNew(file: string, found: number): PlatformError {
  return new PlatformError(`${file} has schema ${found}; this release knows up to ${MIGRATIONS.length}`, {
    code: 'environment',
    hint: 'use the newer release that wrote it',
  });
}
