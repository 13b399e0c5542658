import { readFileSync } from 'node:fs';

const POLL_MILLISECONDS = 300;

/**
 * A signal that aborts on SIGINT, SIGTERM, or when the process that started this one is gone: a killed Nx can't tell its
 * tasks, and a step that nobody waits for must not go on writing. Nx starts a command through a shell, which outlives
 * it: where the system tells (Linux), the shell's own parent is watched too.
 */
export function endWithParent(): AbortSignal {
  const controller = new AbortController();
  const ancestors = readAncestors();
  const abort = (reason: string) => controller.abort(new Error(reason));
  setInterval(() => {
    if (readAncestors() !== ancestors) abort('was stopped: the process that started it is gone');
  }, POLL_MILLISECONDS).unref();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort(`was stopped by ${signal}`));
  return controller.signal;
}

/** The ids of the parent and of its parent, as text. */
function readAncestors(): string {
  const parent = process.ppid;
  try {
    const stat = readFileSync(`/proc/${parent}/stat`, 'utf8');
    return `${parent} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]}`;
  } catch {
    return String(parent);
  }
}
