import type { RunStatus } from '../engines/engine.ts';
import { changedSteps, describeStep } from './watch-run.ts';

/** Says how a run goes: a line per change; on a terminal also one that stays at the end and is written over. */
export function progressOn(stream: NodeJS.WriteStream) {
  const clear = stream.isTTY ? '\r\u001b[K' : '';
  const line = (text: string) => stream.write(`${clear}${text}\n`);
  return {
    line,
    changed: (now: RunStatus, before: RunStatus | undefined) => {
      for (const step of changedSteps(now, before)) line(describeStep(step));
      if (stream.isTTY) stream.write(now.state === 'running' ? `${clear}${summary(now, stream.columns)}` : clear);
    },
  };
}

function summary({ steps }: RunStatus, columns: number): string {
  const done = steps.filter(({ state }) => state !== 'waiting' && state !== 'running').length;
  const running = steps
    .filter(({ state }) => state === 'running')
    .map(({ step, seconds = 0 }) => `${step} (${seconds} s)`);
  return `${done} of ${steps.length} steps done${running.length > 0 ? `, running: ${running.join(', ')}` : ''}`.slice(
    0,
    columns - 1,
  );
}
