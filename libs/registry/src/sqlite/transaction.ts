import type { DatabaseSync } from 'node:sqlite';

/** Runs `work` under the database's write lock: all of it is kept, or none where it throws. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (thrown) {
    // After some errors (a full disk) SQLite has rolled back by itself.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw thrown;
  }
}
