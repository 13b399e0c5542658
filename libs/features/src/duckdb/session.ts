import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { PlatformError } from '@ml-platform/errors';

/** What DuckDB may take of the machine. */
export interface EngineOptions {
  /** Memory until it goes on in files: `512MB`, `4GB`, `4Gi`; DuckDB's own limit (80 % of the machine's) unless given. */
  readonly memory?: string;
  /** All cores unless given. Results don't depend on it. */
  readonly threads?: number;
  /** Folder of the files that it goes on in; a temporary one unless given. */
  readonly temporaryFolder?: string;
}

/** Another connection to the same database: it sees all tables but temporary ones. */
export type Connect = () => Promise<DuckDBConnection>;

/**
 * Lends an in-memory DuckDB, and closes it.
 *
 * @throws PlatformError `config` for a setting that DuckDB has no sense for.
 */
export async function withDuckDB<Result>(
  options: EngineOptions,
  work: (database: DuckDBConnection, connect: Connect) => Promise<Result>,
): Promise<Result> {
  const folder = options.temporaryFolder ?? join(tmpdir(), `features-${randomUUID()}`);
  const settings = settingsOf({ ...options, temporaryFolder: folder });
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', settings);
  const connections: DuckDBConnection[] = [];
  const connect = async () => {
    const connection = await instance.connect();
    connections.push(connection);
    // The meaning of a query is no matter of this machine's zone.
    await connection.run("SET TimeZone = 'UTC'");
    return connection;
  };
  try {
    return await work(await connect(), connect);
  } finally {
    for (const connection of connections) connection.closeSync();
    instance.closeSync();
    if (options.temporaryFolder === undefined) await rm(folder, { recursive: true, force: true });
  }
}

function settingsOf({ memory, threads, temporaryFolder }: EngineOptions): Record<string, string> {
  if (threads !== undefined && !(Number.isSafeInteger(threads) && threads > 0)) {
    throw new PlatformError(`threads is ${threads}, expected a whole number from 1`, {
      code: 'config',
      hint: 'leave it out to use every core',
    });
  }
  return {
    autoinstall_known_extensions: 'false',
    ...(memory !== undefined && { memory_limit: memoryOf(memory) }),
    ...(threads !== undefined && { threads: String(threads) }),
    ...(temporaryFolder !== undefined && { temp_directory: temporaryFolder }),
  };
}

function memoryOf(memory: string): string {
  const [, amount, unit] = /^(\d+(?:\.\d+)?) ?([KMGT]i?)B?$/.exec(memory) ?? [];
  if (amount !== undefined && Number(amount) > 0) return `${amount}${unit}B`;
  throw new PlatformError(`memory is '${memory}', expected an amount`, {
    code: 'config',
    hint: "a number and a unit: '512MB', '4GB', '4Gi'",
  });
}

/** A query's rows, as JavaScript values. */
export async function rowsOf<Row>(database: DuckDBConnection, query: string): Promise<Row[]> {
  return (await database.runAndReadAll(query)).getRowObjectsJS() as Row[];
}
