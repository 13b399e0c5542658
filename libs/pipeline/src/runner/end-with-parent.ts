import { isRunning } from '../process/is-running.ts';

const POLL_MILLISECONDS = 300;
let watched: AbortSignal | undefined;

/**
 * A signal that aborts on SIGINT, SIGTERM, or when a process that waits for this one is gone: a killed Nx can't tell its
 * tasks, and a step that nobody waits for must not go on writing. Nx starts a command through a shell, which outlives
 * it, and names itself in the environment. One per process, however many steps it runs.
 */
export function endWithParent(): AbortSignal {
  watched ??= watch();
  return watched;
}

function watch(): AbortSignal {
  const controller = new AbortController();
  const abort = (reason: string) => controller.abort(new Error(reason));
  const parent = process.ppid;
  const waiting = [parent, ...nxProcess()];
  setInterval(() => {
    if (process.ppid !== parent || !waiting.every(isRunning)) abort('the process that started it is gone');
  }, POLL_MILLISECONDS).unref();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort(signal));
  return controller.signal;
}

/** The Nx that this is a task of; where that one runs in a task itself, the inner one: last in Nx's list. */
function nxProcess(): number[] {
  const pid = Number(process.env.NX_INVOCATION_ANCESTOR_PIDS?.split(',').at(-1));
  return Number.isInteger(pid) && pid > 0 ? [pid] : [];
}
