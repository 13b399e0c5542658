import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { type DebianServer, type ServerProgram, startDebianServer } from './debian-server.ts';

export interface MariadbServer extends DebianServer {
  readonly url: string;
}

export const MARIADB: ServerProgram = {
  packages: ['mariadb-server'],
  user: 'mysql',
  find: () =>
    access('/usr/sbin/mariadbd').then(
      () => '/usr',
      () => undefined,
    ),
  prepare: (programs, folder) => [
    join(programs, 'bin/mariadb-install-db'),
    ...['--no-defaults', `--datadir=${folder}/data`, '--auth-root-authentication-method=normal', '--skip-test-db'],
  ],
  serve: (programs, folder, port) => [
    join(programs, 'sbin/mariadbd'),
    ...['--no-defaults', `--datadir=${folder}/data`, `--socket=${folder}/socket`, `--port=${port}`],
    ...['--bind-address=127.0.0.1', `--pid-file=${folder}/pid`],
  ],
  stopSignal: 'SIGTERM',
  ask: async (port) => (await createConnection(urlOf(port, 'mysql'))).end(),
};

/** MariaDB itself, from Debian, on a free port, with an empty database `shop`. */
export async function startMariadb(): Promise<MariadbServer> {
  const server = await startDebianServer(MARIADB);
  const connection = await createConnection(urlOf(server.port, 'mysql'));
  await connection.query('CREATE DATABASE shop');
  await connection.end();
  return { ...server, url: urlOf(server.port, 'shop') };
}

function urlOf(port: number, database: string): string {
  return `mysql://root@127.0.0.1:${port}/${database}`;
}
