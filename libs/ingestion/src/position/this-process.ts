import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Which process it is, among all that could ever write to a store. */
export interface ProcessMark {
  /** Of the machine, its start and the group of processes that see each other. */
  readonly machine: string;
  readonly pid: number;
  /** When it started, in the system's own count; nothing where the system doesn't tell. */
  readonly started: string | undefined;
}

export function thisProcess(): ProcessMark {
  return { machine: machineMark(), pid: process.pid, started: startOf(process.pid) };
}

/** Whether a process is known to be gone; of another machine's nothing is known. */
export function isGone({ machine, pid, started }: ProcessMark): boolean {
  if (machine !== machineMark()) return false;
  if (!isAlive(pid)) return true;
  const now = startOf(pid);
  return started !== undefined && now !== undefined && now !== started;
}

/** Two containers may have one name, and then count their processes each by itself. */
function machineMark(): string {
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const namespace = attempt(() => readlinkSync('/proc/self/ns/pid'));
  return [hostname(), boot, namespace].filter((part) => part !== undefined).join(' ');
}

/** Field 22 of proc(5)'s stat; the name before may hold anything, a `)` too. A zombie does nothing any more. */
function startOf(pid: number): string | undefined {
  const fields = attempt(() =>
    readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' '),
  );
  return fields?.[0] === 'Z' ? 'never' : fields?.[19];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
