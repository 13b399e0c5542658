import { join } from 'node:path';
import { pythonServers } from './locked-packages.ts';
import { startServer, type TestServer } from './start-server.ts';

/** S3 on this machine. */
export function startMoto(): Promise<TestServer> {
  const python = join(pythonServers(), 'venv/bin/python');
  return startServer((port) => [python, '-m', 'moto.server', '-H', '127.0.0.1', '-p', port]);
}
