import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface TestServer {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Starts a server that listens where it is told to, and waits until it answers at all. */
export async function startServer(
  command: (port: string) => [string, ...string[]],
  env: NodeJS.ProcessEnv = {},
): Promise<TestServer> {
  const port = await freePort();
  const [program, ...args] = command(port);
  const server = spawn(program, args, { stdio: 'ignore', env: { ...process.env, ...env } });
  const url = `http://127.0.0.1:${port}`;
  const exited = once(server, 'exit');
  while (!(await answers(url))) {
    if (server.exitCode !== null) throw new Error(`${program} ended with ${server.exitCode}`);
    await sleep(200);
  }
  return {
    url,
    stop: async () => {
      server.kill();
      await exited;
    },
  };
}

async function freePort(): Promise<string> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return String(port);
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}
