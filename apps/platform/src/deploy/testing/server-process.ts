import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const SERVE = fileURLToPath(new URL('server-main.ts', import.meta.url));
const PATIENCE_MS = 30_000;

export interface ServerRun {
  readonly model: string;
  /** What the model is called. */
  readonly name: string;
  /** 0: a free one. */
  readonly port: number;
  readonly log: string;
}

/** Starts a model server that outlives this process; what else the run says of its image is handed on. */
export async function runServer(run: ServerRun): Promise<{ pid: number; port: number }> {
  mkdirSync(dirname(run.log), { recursive: true });
  const log = openSync(run.log, 'w');
  const child = spawn(process.execPath, [SERVE, JSON.stringify(run)], { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  child.unref();
  const endsAt = Date.now() + PATIENCE_MS;
  while (Date.now() < endsAt && child.exitCode === null) {
    const [, port] = /^listens on (\d+)$/m.exec(readFileSync(run.log, 'utf8')) ?? [];
    if (port !== undefined) return { pid: child.pid ?? 0, port: Number(port) };
    await sleep(50);
  }
  throw new Error(`the model server didn't start: ${readFileSync(run.log, 'utf8')}`);
}

/** Ends a server, and waits until it is gone. */
export async function stopServer(pid: number | undefined): Promise<void> {
  if (pid === undefined) return;
  const endsAt = Date.now() + PATIENCE_MS;
  for (let signal: NodeJS.Signals | 0 = 'SIGTERM'; Date.now() < endsAt; signal = 0) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    await sleep(50);
  }
}
