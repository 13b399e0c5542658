import { setTimeout as sleep } from 'node:timers/promises';
import type { Release } from '@ml-platform/registry/release';
import { type Answer, type Asking, askHealth, askPrediction, isOf } from './ask.ts';

export interface SmokeTest {
  /** Why the release doesn't answer; undefined where it does. */
  readonly problem?: string;
  /** Until it answered, or was given up. */
  readonly seconds: number;
  /** The status of `/health`, or why there is none; an API may not lead there. */
  readonly health?: string;
  readonly model?: Answer['model'];
  readonly prediction?: Answer['prediction'];
}

const PAUSE_MS = 1000;

/** Asks for a prediction of the release's own example until the release answers, for so many seconds at most. */
export async function smokeTest(asking: Asking, release: Release, readySeconds: number): Promise<SmokeTest> {
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  for (;;) {
    const health = asking.health && (await askHealth(asking, asking.health));
    const answer = await askPrediction(asking, release.model.example);
    const problem = problemOf(answer, release);
    const known = { ...(health !== undefined && { health }), ...(answer.model && { model: answer.model }) };
    if (problem === undefined) return { seconds: seconds(), ...known, prediction: answer.prediction };
    if (seconds() + PAUSE_MS / 1000 > readySeconds) return { seconds: seconds(), ...known, problem };
    await sleep(PAUSE_MS);
  }
}

function problemOf({ problem, model }: Answer, release: Release): string | undefined {
  if (problem !== undefined) return problem;
  if (isOf(release, model)) return undefined;
  if (model === undefined) return "the answer doesn't say which model gave it";
  const { name, version, contentHash } = release.model;
  return `${model.name} ${model.version} still answers, expected ${name} ${version} (${contentHash.slice(0, 12)})`;
}
