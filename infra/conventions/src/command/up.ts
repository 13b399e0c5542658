import { PlatformError } from '@ml-platform/errors';
import { cost } from './cost.ts';
import { type StackOptions, stackOf } from './options.ts';
import { policyPack, runPulumi } from './pulumi.ts';

/**
 * Prints what the stack will cost, then what `up` would do, held to the policies.
 *
 * @throws PlatformError `step` where Pulumi fails or a policy is broken.
 */
export async function preview(options: StackOptions): Promise<void> {
  const stack = stackOf(options);
  if (!options.json) await cost(options);
  const flags = [...(options.expectNoChanges ? ['--expect-no-changes'] : []), ...(options.json ? ['--json'] : [])];
  await held('preview', options, stack, flags);
}

/** The same, then does it: after asking, unless told not to. */
export async function up(options: StackOptions): Promise<void> {
  const stack = stackOf(options);
  await cost(options);
  await held('up', options, stack, options.yes ? ['--yes'] : []);
}

async function held(command: string, { project, name }: StackOptions, stack: string, flags: string[]): Promise<void> {
  const code = await runPulumi(project, [command, '--stack', stack, '--policy-pack', policyPack(project), ...flags]);
  if (code === 0) return;
  throw new PlatformError(`pulumi ${command} of ${name}, stack ${stack}, ended with ${code}`, {
    code: 'step',
    hint: 'what is wrong stands above',
  });
}
