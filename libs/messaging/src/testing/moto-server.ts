import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { installed } from './installed.ts';

const run = promisify(execFile);

export interface MotoServer {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** moto, which answers as SQS, SNS and Kinesis do; a process of its own, on a free port. */
export async function startMoto(): Promise<MotoServer> {
  const python = join(await motoPackages(), 'venv/bin/python');
  const port = await freePort();
  const server = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const exited = once(server, 'exit');
  const url = `http://127.0.0.1:${port}`;
  const answers = () =>
    fetch(url).then(
      () => true,
      () => false,
    );
  while (!(await answers())) {
    if (server.exitCode !== null) throw new Error(`moto ended with ${server.exitCode}`);
    await sleep(100);
  }
  return {
    url,
    stop: async () => {
      server.kill();
      await exited;
    },
  };
}

function motoPackages(): Promise<string> {
  return installed('moto', 'requirements.txt', async (cwd) => {
    await run('python3', ['-m', 'venv', join(cwd, 'venv')]);
    const install = ['-m', 'pip', 'install', '--quiet', '--require-hashes', '-r', 'requirements.txt'];
    await run(join(cwd, 'venv/bin/python'), install, { cwd });
  });
}
