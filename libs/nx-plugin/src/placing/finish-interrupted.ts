import { finishPlacing } from './place-files.ts';

/** Does the rest of what a killed generator began, and tells of it; to be called before anything is read. */
export function finishInterrupted(workspace: string): void {
  const { placed, left } = finishPlacing(workspace);
  if (placed.length > 0) tell(`its other files are written now: ${placed.join(', ')}`);
  if (left.length > 0) tell(`run it again: ${left.join(', ')} was edited since, and is left as it is`);
}

function tell(text: string): void {
  process.stderr.write(`a generator had been interrupted; ${text}\n`);
}
