import { execFileSync } from 'node:child_process';

const windows = process.platform === 'win32';
const ENDINGS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const groups = new Map<number, () => void>();
let ending: NodeJS.Signals | undefined;

/** A child leads a group of its own, so that a signal reaches the stages that DVC started. */
export const DETACHED = !windows;

/** Signals a process and all that it started; one that is gone is no error. Windows knows no signals: there all ends at once. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    if (windows) execFileSync('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' });
    else process.kill(-pid, signal);
  } catch (error) {
    if (!windows && (error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Being no part of this process's group, a group has to be told when this process ends: its `stop` is called, and this
 * process ends when all have. Where the program listens for the signal itself, it decides.
 *
 * @returns what to call when the group has ended.
 */
export function endWithUs(pid: number, stop: () => void): () => void {
  if (groups.size === 0) {
    for (const name of ENDINGS) process.on(name, stopAll);
    process.on('exit', endAll);
  }
  groups.set(pid, stop);
  return () => {
    groups.delete(pid);
    if (groups.size === 0) forget();
  };
}

function stopAll(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  if (ending !== undefined) endAll();
  ending = signal;
  for (const stop of groups.values()) stop();
}

function endAll(): void {
  for (const pid of groups.keys()) signalGroup(pid, 'SIGKILL');
}

/** A listener kept Node from ending by the signal: now it does. */
function forget(): void {
  for (const name of ENDINGS) process.off(name, stopAll);
  process.off('exit', endAll);
  if (ending !== undefined) process.kill(process.pid, ending);
}
