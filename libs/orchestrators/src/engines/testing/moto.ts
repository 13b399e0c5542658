import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { pythonEnvironment } from '@ml-platform/pipeline';
import { expect, vi } from 'vitest';
import { freePort } from '@ml-platform/pipeline/testing/free-port';

const REQUIREMENTS = fileURLToPath(new URL('../../../../pipeline/src/store/testing/requirements.txt', import.meta.url));
const SERVER = fileURLToPath(new URL('./moto_server.py', import.meta.url));

/** The account and region of moto. */
export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';

export interface Moto {
  readonly url: string;
  /** Environment variables that lead the SDKs there, with credentials that it takes. */
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/** Starts moto's server: AWS's APIs on this machine; state machines run in it, jobs are over at once. */
export async function startMoto(more: Readonly<Record<string, string>> = {}): Promise<Moto> {
  const python = await pythonEnvironment(REQUIREMENTS);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
  };
  const server: ChildProcess = spawn(python, [SERVER, '-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: { ...process.env, ...env, ...more },
  });
  const body = JSON.stringify({ batch: { use_docker: false }, stepfunctions: { execute_state_machine: true } });
  const configured = async () =>
    expect((await fetch(`${url}/moto-api/config`, { method: 'POST', body })).ok).toBe(true);
  await vi.waitFor(configured, { timeout: 60_000, interval: 200 });
  const stop = async () => {
    server.kill();
    if (server.exitCode === null) await once(server, 'exit');
  };
  return { url, env, stop };
}
