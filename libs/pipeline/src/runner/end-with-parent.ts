const POLL_MILLISECONDS = 300;

/**
 * A signal that aborts on SIGINT, SIGTERM, or when the process that started this one is gone: a killed Nx can't tell its
 * tasks, and a step that nobody waits for must not go on writing.
 */
export function endWithParent(): AbortSignal {
  const controller = new AbortController();
  const parent = process.ppid;
  const abort = (reason: string) => controller.abort(new Error(reason));
  setInterval(() => {
    if (process.ppid !== parent) abort('was stopped: the process that started it is gone');
  }, POLL_MILLISECONDS).unref();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort(`was stopped by ${signal}`));
  return controller.signal;
}
