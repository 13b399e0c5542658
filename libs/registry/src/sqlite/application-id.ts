import type { DatabaseSync } from 'node:sqlite';

/** In the header of the database of a registry in a store; one in a folder has none. Each names its versions' files its own way. */
const STORED = 0x6d6c7265;

export function isStored(database: DatabaseSync): boolean {
  return database.prepare('PRAGMA application_id').get()?.application_id === STORED;
}

export function markAsStored(database: DatabaseSync): void {
  database.exec(`PRAGMA application_id = ${STORED}`);
}
