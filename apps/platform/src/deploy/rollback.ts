import { PlatformError } from '@ml-platform/errors';
import { type Release, readRelease } from '@ml-platform/registry/release';
import { WORKSPACE } from '../workspace.ts';
import { finish } from './finish.ts';
import { BACK_OPTIONS, needed, PLAN_OPTIONS, planOf, readOptions, STACK_OPTIONS } from './options.ts';
import { notMade, rollOut } from './roll-out.ts';
import { findProject, openStack, type Stack } from './stack.ts';

/**
 * `platform deploy rollback --env STACK [--to FILE]`: a deploy of the release before, held to the same limits.
 *
 * @throws PlatformError `notFound` where there is none, `step` where it doesn't hold either.
 */
export async function rollback(args: readonly string[]): Promise<void> {
  const values = readOptions(args, { ...STACK_OPTIONS, ...BACK_OPTIONS, ...PLAN_OPTIONS });
  const env = needed(values.env, 'env', 'the stack');
  const place = { workspace: WORKSPACE, project: findProject(WORKSPACE, values.project), env };
  const stack = openStack({ ...place, quiet: values.json ?? false });
  const release = values.to === undefined ? await releaseBefore(stack) : readRelease(values.to);
  // What it goes away from is what is wrong: nothing is to return there.
  const plan = { ...planOf(values), isTakenBack: false };
  await finish(await rollOut(stack, release, plan), values);
}

async function releaseBefore(stack: Stack): Promise<Release> {
  const outputs = await stack.read();
  if (outputs === undefined) throw notMade(stack.name);
  const [before] = outputs.previousReleases;
  if (before) return before;
  throw new PlatformError(`stack ${stack.name} has no release before ${outputs.release?.release ?? 'the first'}`, {
    code: 'notFound',
    hint: `npx platform deploy rollback --env ${stack.name} --to FILE takes any release`,
  });
}
