import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { type DebianServer, type ServerProgram, startDebianServer } from './debian-server.ts';

export interface PostgresServer extends DebianServer {
  /** With a password, of a user that may do everything. */
  readonly url: string;
}

const HOME = '/usr/lib/postgresql';
const USER = 'postgres';

export const POSTGRES: ServerProgram = {
  packages: ['postgresql'],
  user: USER,
  find: async () => {
    const versions = await readdir(HOME).catch(() => []);
    const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
    return newest === undefined ? undefined : join(HOME, newest, 'bin');
  },
  prepare: (programs, folder) => [
    join(programs, 'initdb'),
    ...['--pgdata', join(folder, 'data'), '--username', USER, '--auth', 'trust', '--encoding', 'UTF8', '--no-sync'],
  ],
  serve: (programs, folder, port) => [
    join(programs, 'postgres'),
    ...['-D', join(folder, 'data'), '-k', folder, '-h', '127.0.0.1', '-p', String(port), '-c', 'fsync=off'],
  ],
  stopSignal: 'SIGINT',
  ask: (port) => withPostgres(urlOf(port), (client) => client.query('SELECT 1')),
};

/** PostgreSQL itself, from Debian, on a free port. */
export async function startPostgres(): Promise<PostgresServer> {
  const server = await startDebianServer(POSTGRES);
  return { ...server, url: urlOf(server.port) };
}

export async function withPostgres<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client(url);
  // A server that goes away while nothing is asked is told by the next question.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(port: number): string {
  // secretlint-disable-next-line
  return `postgres://${USER}:not-shown@127.0.0.1:${port}/postgres`;
}
