import { runMain } from '@ml-platform/errors';
import { endWithParent } from './end-with-parent.ts';
import { main } from './main.ts';

/** What the process that serves steps is asked for. */
export interface StepRequest {
  /** As to `run-step`. */
  readonly args: readonly string[];
  /** Written to both outputs when the step is over: nothing more of it comes. */
  readonly end: string;
}

export interface StepAnswer {
  readonly exitCode: number;
}

/**
 * Runs steps for the process that forked this one, one after the other, each as `run-step` would: a process that is started
 * once, for many steps that take no time. It ends when nobody asks any more.
 */
export function serveSteps(): void {
  const stopped = endWithParent();
  let isRunning = false;
  const endWhenIdle = () => void (isRunning || process.exit());
  stopped.addEventListener('abort', endWhenIdle);
  process.on('disconnect', endWhenIdle);
  process.on('message', async ({ args, end }: StepRequest) => {
    isRunning = true;
    process.exitCode = 0;
    await runMain(() => main(args));
    const answer: StepAnswer = { exitCode: Number(process.exitCode) };
    for (const stream of [process.stdout, process.stderr]) stream.write(end);
    isRunning = false;
    if (process.connected) process.send?.(answer);
    if (stopped.aborted || !process.connected) process.stdout.write('', endWhenIdle);
  });
}
