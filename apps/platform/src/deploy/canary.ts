import { setTimeout as sleep } from 'node:timers/promises';
import type { Release } from '@ml-platform/registry/release';
import { type Answer, type Asking, askPrediction } from './ask.ts';
import { isLost, judge, type Limits, type Verdict } from './verdict.ts';

export interface CanaryPlan extends Limits {
  readonly watchSeconds: number;
  /** Probes in a second. */
  readonly rate: number;
}

/** A server that answers slower than it is asked isn't asked more. */
const AT_ONCE = 20;

/** Sends probes at an even rate for a while, and judges the answers; ends as soon as the limits can't be kept any more. */
export async function watchCanary(asking: Asking, release: Release, plan: CanaryPlan): Promise<Verdict> {
  const planned = Math.max(1, Math.floor(plan.watchSeconds * plan.rate));
  const answers: Answer[] = [];
  const open = new Set<Promise<void>>();
  const startedAt = performance.now();
  for (let probe = 0; probe < planned && !isLost(answers, planned, plan); probe++) {
    await sleep(Math.max(0, startedAt + (probe * 1000) / plan.rate - performance.now()));
    if (open.size >= AT_ONCE) await Promise.race(open);
    if (performance.now() - startedAt > plan.watchSeconds * 1000) break;
    const sent = askPrediction(asking, release.model.example).then((answer) => {
      answers.push(answer);
      open.delete(sent);
    });
    open.add(sent);
  }
  await Promise.all(open);
  return judge(answers, release, plan);
}
