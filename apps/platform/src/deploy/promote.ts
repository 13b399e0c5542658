import { PlatformError } from '@ml-platform/errors';
import type { Release } from '@ml-platform/registry/release';
import { WORKSPACE } from '../workspace.ts';
import { finish } from './finish.ts';
import { askingOf, FROM_OPTIONS, headersOf, needed, PLAN_OPTIONS, planOf, readOptions } from './options.ts';
import { notMade, rollOut } from './roll-out.ts';
import { smokeTest } from './smoke-test.ts';
import { findProject, openStack, type Stack, type StackOutputs } from './stack.ts';

/**
 * `platform deploy promote --from STACK --to STACK`: the same release, image and all, in the next stack.
 *
 * @throws PlatformError `notFound` where the first stack has none, `step` where it doesn't answer there, or doesn't hold in
 * the next.
 */
export async function promote(args: readonly string[]): Promise<void> {
  const values = readOptions(args, { ...FROM_OPTIONS, ...PLAN_OPTIONS });
  const [from, to] = [needed(values.from, 'from', 'the stack that has it'), needed(values.to, 'to', 'the next stack')];
  const project = findProject(WORKSPACE, values.project);
  const open = (env: string) => openStack({ workspace: WORKSPACE, project, env, quiet: values.json ?? false });
  const [source, target, plan] = [open(from), open(to), planOf(values)];
  const { release, url } = await releaseOf(source);
  if (!values.unasked) {
    const asking = askingOf(values['from-url'] ?? url, headersOf(values.header ?? [], process.env));
    const { problem } = await smokeTest(asking, release, 0);
    if (problem !== undefined) throw notServed(release, from, problem);
  }
  await finish(await rollOut(target, release, plan), values);
}

/** A release that didn't hold has been taken back: what a stack has, held. */
async function releaseOf(stack: Stack): Promise<Pick<StackOutputs, 'url'> & { readonly release: Release }> {
  const outputs = await stack.read();
  if (outputs === undefined) throw notMade(stack.name);
  const { release, ...rest } = outputs;
  if (release !== undefined) return { ...rest, release };
  throw new PlatformError(`stack ${stack.name} has no release`, {
    code: 'notFound',
    hint: `npx platform deploy --env ${stack.name} --release FILE brings one`,
  });
}

function notServed({ release }: Release, from: string, problem: string): PlatformError {
  return new PlatformError(`${release} isn't promoted: stack ${from} doesn't serve it: ${problem}`, {
    code: 'step',
    hint: `npx platform deploy rollback --env ${from}, or give --from-url where it is asked elsewhere`,
  });
}
