import { isDeepStrictEqual } from 'node:util';
import { PlatformError } from '@ml-platform/errors';
import type { Release } from '@ml-platform/registry/release';
import type { Asking } from './ask.ts';
import { type CanaryPlan, watchCanary } from './canary.ts';
import { type SmokeTest, smokeTest } from './smoke-test.ts';
import type { Stack, StackOutputs } from './stack.ts';
import type { Verdict } from './verdict.ts';

export interface Plan extends CanaryPlan {
  /** How long a release may take until it answers. */
  readonly readySeconds: number;
  /** Where a stack with this url is asked; undefined where nobody is to ask. */
  readonly askingOf: ((url: string | undefined) => Asking) | undefined;
  /** Whether the release before is brought again where this one doesn't hold. */
  readonly isTakenBack: boolean;
}

/** What came of a deploy. */
export interface RollOut {
  readonly env: string;
  readonly release: string;
  /** The release that was there. */
  readonly before?: string;
  readonly outcome: 'deployed' | 'rolled back' | 'failed';
  /** Why it isn't deployed. */
  readonly reason?: string;
  readonly smoke?: SmokeTest;
  readonly canary?: Verdict;
  readonly rollback?: Rollback;
  readonly seconds: number;
}

export interface Rollback {
  /** Undefined where there was none before: then nothing is served. */
  readonly to?: string;
  /** Why the stack isn't where it was. */
  readonly problem?: string;
  readonly smoke?: SmokeTest;
}

/**
 * Brings a release to a stack, asks whether it answers, and watches it for a while. What doesn't hold is taken back: the
 * release before is brought again, and asked as well.
 *
 * @throws PlatformError as `Stack` does, before anything was changed.
 */
export async function rollOut(stack: Stack, release: Release, plan: Plan): Promise<RollOut> {
  const startedAt = performance.now();
  const before = await stack.read();
  if (before === undefined) throw notMade(stack.name);
  const known = {
    env: stack.name,
    release: release.release,
    ...(before.release && { before: before.release.release }),
  };
  const seconds = () => Math.round((performance.now() - startedAt) / 100) / 10;
  const tried = await tryRelease(stack, release, plan);
  if (tried.reason === undefined) return { ...known, outcome: 'deployed', ...tried, seconds: seconds() };
  if (!plan.isTakenBack) return { ...known, outcome: 'failed', ...tried, seconds: seconds() };
  const rollback = await takeBack(stack, { release, before }, plan);
  const outcome = rollback.problem === undefined ? 'rolled back' : 'failed';
  return { ...known, outcome, ...tried, rollback, seconds: seconds() };
}

type Tried = Pick<RollOut, 'reason' | 'smoke' | 'canary'>;

async function tryRelease(stack: Stack, release: Release, plan: Plan): Promise<Tried> {
  const failed = await failureOf(stack.up(release));
  if (failed !== undefined) return { reason: failed };
  if (plan.askingOf === undefined) return {};
  const asking = await askingOf(stack, plan.askingOf);
  if (typeof asking === 'string') return { reason: asking };
  const smoke = await smokeTest(asking, release, plan.readySeconds);
  if (smoke.problem !== undefined) return { smoke, reason: `the smoke test failed: ${smoke.problem}` };
  if (plan.watchSeconds === 0) return { smoke };
  const canary = await watchCanary(asking, release, plan);
  const reason = canary.problem === undefined ? {} : { reason: `the canary failed: ${canary.problem}` };
  return { smoke, canary, ...reason };
}

/** Where the release that was just brought is asked, or why it can't be. */
async function askingOf(stack: Stack, find: NonNullable<Plan['askingOf']>): Promise<Asking | string> {
  try {
    return find((await stack.read())?.url);
  } catch (thrown) {
    return messageOfFailure(thrown);
  }
}

interface Change {
  readonly release: Release;
  readonly before: StackOutputs;
}

async function takeBack(stack: Stack, { release, before }: Change, plan: Plan): Promise<Rollback> {
  // The same release once more has changed nothing: what is to be gone back to is older.
  const isAgain = isDeepStrictEqual(before.release, release);
  const to = isAgain ? before.previousReleases[0] : before.release;
  const named = to === undefined ? {} : { to: to.release };
  if (isAgain && to === undefined) return { problem: 'it is what was there before, and there is none before that' };
  const problem = (await changedBySomebody(stack, { release, before })) ?? (await failureOf(stack.up(to)));
  if (problem !== undefined || to === undefined || plan.askingOf === undefined)
    return { ...named, ...(problem !== undefined && { problem }) };
  const asking = await askingOf(stack, plan.askingOf);
  if (typeof asking === 'string') return { ...named, problem: asking };
  const smoke = await smokeTest(asking, to, plan.readySeconds);
  return { ...named, smoke, ...(smoke.problem !== undefined && { problem: `it doesn't answer: ${smoke.problem}` }) };
}

/** Two deploys at once: the other's release isn't ours to take away. */
async function changedBySomebody(stack: Stack, { release, before }: Change): Promise<string | undefined> {
  const now = (await stack.read())?.release;
  if (isDeepStrictEqual(now, release) || isDeepStrictEqual(now, before.release)) return undefined;
  return `somebody else has deployed ${now?.release ?? 'none'} meanwhile`;
}

async function failureOf(work: Promise<void>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (thrown) {
    return messageOfFailure(thrown);
  }
}

function messageOfFailure(thrown: unknown): string {
  if (thrown instanceof PlatformError) return thrown.message;
  throw thrown;
}

export function notMade(env: string): PlatformError {
  return new PlatformError(`stack ${env} hasn't been made yet`, {
    code: 'notFound',
    hint: `pulumi stack init ${env}, then npx nx run infra-aws:up --env ${env}: docs/aws.md`,
  });
}
