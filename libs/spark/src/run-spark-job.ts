import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, PlatformError } from '@ml-platform/errors';
import type { JobState, SparkJob, SparkService } from './service.ts';

interface Control {
  readonly log: (message: string) => void;
  readonly signal: AbortSignal;
}

/** Looks in a row that may fail: a job of hours outlives a network that is gone for minutes. */
const PATIENCE = 30;
/** How long a job that is told to stop is followed. */
const STOP_SECONDS = 30;

/**
 * Starts a job and follows it to its end; stops it when the signal aborts.
 *
 * @throws PlatformError `step` for a job that fails or is stopped by somebody else, in the service's words; what the
 * service's methods throw; the signal's reason.
 */
export async function runSparkJob(service: SparkService, job: SparkJob, { log, signal }: Control): Promise<void> {
  signal.throwIfAborted();
  const { title, poll } = service;
  const id = await service.start(job);
  log(`${title}: started ${id}`);
  const state = await follow(service, id, { log, signal });
  if (signal.aborted) {
    await stop(service, id, { log, pause: Math.min(poll, 1) });
    throw signal.reason;
  }
  if (state.ended === 'succeeded') return;
  const what = state.ended === 'stopped' ? 'was stopped' : 'failed';
  throw new PlatformError(`${title}: job ${id} ${what}: ${state.reason ?? state.name}`, {
    code: 'step',
    hint: `look at what it printed: ${job.logs}, or the pages of ${title}`,
  });
}

/** The last state; of a job that hasn't ended where the signal aborts. */
async function follow({ title, poll, look }: SparkService, id: string, { log, signal }: Control): Promise<JobState> {
  let seen = '';
  let failures = 0;
  for (;;) {
    try {
      const state = await look(id);
      failures = 0;
      if (state.name !== seen) log(`${title}: ${state.name.toLowerCase()}`);
      seen = state.name;
      if (state.ended || signal.aborted) return state;
    } catch (cause) {
      const mayPass = cause instanceof PlatformError && cause.code === 'environment';
      if (!mayPass || ++failures > PATIENCE) throw cause;
      if (failures === 1) log(`${title}: ${messageOf(cause)}; asking again`);
      if (signal.aborted) return { name: seen };
    }
    await sleep(poll * 1000, undefined, { signal }).catch(() => undefined);
  }
}

async function stop(
  { title, stop: tell, look }: SparkService,
  id: string,
  { log, pause }: { readonly log: (message: string) => void; readonly pause: number },
): Promise<void> {
  try {
    await tell(id);
    log(`${title}: told ${id} to stop`);
    for (const deadline = Date.now() + STOP_SECONDS * 1000; Date.now() < deadline; await sleep(pause * 1000)) {
      if ((await look(id)).ended) return log(`${title}: ${id} has ended`);
    }
    log(`${title}: ${id} hasn't ended yet`);
  } catch (cause) {
    log(`${title}: ${id} may still run: ${messageOf(cause)}`);
  }
}
