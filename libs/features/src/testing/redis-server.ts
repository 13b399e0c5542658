import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@ml-platform/pipeline/testing/free-port';
import { execa } from 'execa';
import { vi } from 'vitest';
import { hasProgram } from './debian-program.ts';

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** What `redis-cli` answers. */
  readonly cli: (...words: string[]) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** Whether Debian's Redis is here. */
export function hasRedis(): Promise<boolean> {
  return hasProgram('redis-server', 'redis-server');
}

/** Starts Redis on a port of its own, with nothing in it and nothing kept. */
export async function startRedis(...settings: string[]): Promise<RedisServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'redis-'));
  const own = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const server = spawn('redis-server', [...own, ...settings], { stdio: 'ignore' });
  const cli = async (...words: string[]) => {
    const { stdout } = await execa('redis-cli', ['-p', String(port), ...words], { env: { REDISCLI_AUTH: '' } });
    return stdout;
  };
  await vi.waitFor(async () => expectAnswer(await cli('ping')), { timeout: 20_000, interval: 50 });
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    cli,
    stop: async () => {
      server.kill();
      if (server.exitCode === null) await once(server, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function expectAnswer(answer: string): void {
  if (!/PONG|NOAUTH/.test(answer)) throw new Error(`redis-server says ${answer}`);
}
