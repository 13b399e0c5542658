import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { scratchFolder } from './scratch-folder.ts';
import { quoted } from './sql-text.ts';

export interface SessionOptions {
  /** Where what doesn't fit into memory and what isn't whole yet is put; the system's temporary folder unless given. */
  readonly scratch?: string;
  /** The most memory that DuckDB takes, as `'2GB'`; 1 GB unless given. */
  readonly memory?: string;
  /** Two unless given. */
  readonly threads?: number;
}

/** A DuckDB of our own, and a folder for what isn't whole yet. */
export interface Session {
  readonly database: DuckDBConnection;
  readonly folder: string;
}

/**
 * Opens a DuckDB in memory: moments are UTC, no extension is fetched, what is too large goes to the scratch folder. The folder
 * goes with it.
 *
 * @throws PlatformError `usage` for settings that DuckDB doesn't take.
 */
export async function openSession(options: SessionOptions = {}): Promise<Session & AsyncDisposable> {
  const { scratch = tmpdir(), memory = '1GB', threads = 2 } = options;
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const folder = await scratchFolder(scratch);
  const settings = {
    threads: String(threads),
    memory_limit: memory,
    temp_directory: join(folder, 'spilled'),
    autoinstall_known_extensions: 'false',
  };
  const instance = await DuckDBInstance.create(':memory:', settings).catch(async (thrown: unknown) => {
    await rm(folder, { recursive: true });
    throw new PlatformError(
      `DuckDB does not start with memory ${memory} and ${threads} threads: ${messageOf(thrown)}`,
      {
        code: 'usage',
        hint: "expected memory as '2GB', and whole threads",
        cause: thrown,
      },
    );
  });
  const database = await instance.connect();
  await database.run(`SET TimeZone = ${quoted('UTC')}`);
  return {
    database,
    folder,
    [Symbol.asyncDispose]: async () => {
      database.closeSync();
      instance.closeSync();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A query's rows, as JavaScript's values. */
export async function rowsOf<Row>(database: DuckDBConnection, query: string): Promise<Row[]> {
  return (await database.runAndReadAll(query)).getRowObjectsJS() as Row[];
}
