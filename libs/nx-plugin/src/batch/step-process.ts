import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
// Types alone: this process starts without the library behind them.
import type { StepAnswer, StepRequest } from '@ml-platform/pipeline';

const WORKER = fileURLToPath(import.meta.resolve('@ml-platform/pipeline/step-worker'));

/** A process that runs one step after the other. */
export interface StepProcess {
  readonly env: NodeJS.ProcessEnv;
  /** Resolves to whether the step succeeded; `say` gets each line of it, the newline included. */
  readonly run: (args: readonly string[], say: (line: string) => void) => Promise<boolean>;
  /** Tells it to stop what it runs, and to end. */
  readonly stop: () => void;
  readonly isAlive: () => boolean;
  /** Resolves when it has ended. */
  readonly ended: Promise<unknown>;
}

/** Starts one in the workspace's folder, an absolute path. */
export function startStepProcess(cwd: string, env: NodeJS.ProcessEnv): StepProcess {
  const child = fork(WORKER, { cwd, env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const ended = once(child, 'close').then(([code, signal]) => String(signal ?? `exit code ${code}`));
  return {
    env,
    ended,
    run: async (args, say) => {
      const end = `\0${randomUUID()}\n`;
      const said = Promise.all([listen(child.stdout, end, say), listen(child.stderr, end, say)]);
      const answer = once(child, 'message').then(([message]) => (message as StepAnswer).exitCode === 0);
      child.send({ args, end } satisfies StepRequest);
      const died = ended.then((how) => ({ how }));
      const first = await Promise.race([Promise.all([answer, said]).then(([success]) => success), died]);
      if (typeof first === 'boolean') return first;
      say(`error: the process that ran the step was ended (${first.how})\n`);
      return false;
    },
    stop: () => void child.kill('SIGTERM'),
    isAlive: () => child.exitCode === null && child.signalCode === null && child.connected,
  };
}

/** Resolves when `end` was written, which may follow an unfinished line. */
function listen(stream: ChildProcess['stdout'], end: string, say: (line: string) => void): Promise<void> {
  return new Promise((resolve) => {
    let unfinished = '';
    const hear = (text: string) => {
      const lines = `${unfinished}${text}`.split(/(?<=\n)/);
      unfinished = lines.at(-1)?.endsWith('\n') ? '' : (lines.pop() ?? '');
      for (const line of lines) {
        if (!line.endsWith(end)) say(line);
        else {
          if (line !== end) say(`${line.slice(0, -end.length)}\n`);
          stream?.off('data', hear);
          resolve();
        }
      }
    };
    stream?.setEncoding('utf8').on('data', hear);
  });
}
