import type { DatabaseSync } from 'node:sqlite';
import { explainingErrors } from './sqlite-error.ts';
import { inTransaction } from './transaction.ts';

/** How the registry's database is read and changed. */
export interface DatabaseAccess {
  read<T>(work: (database: DatabaseSync) => T): Promise<T>;
  /** All of it is kept, or none where it throws. May run `work` again, on what another writer left meanwhile. */
  write<T>(work: (database: DatabaseSync) => T): Promise<T>;
  close(): Promise<void>;
}

/** A database file of this machine, which stays open. */
export function openDatabaseAccess(database: DatabaseSync, file: string): DatabaseAccess {
  return {
    read: async (work) => explainingErrors(file, () => work(database)),
    write: async (work) => explainingErrors(file, () => inTransaction(database, () => work(database))),
    close: async () => database.close(),
  };
}
