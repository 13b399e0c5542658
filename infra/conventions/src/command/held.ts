import { PlatformError } from '@ml-platform/errors';
import type { StackOptions } from './options.ts';
import { policyPack, runPulumi } from './pulumi.ts';

export interface HeldRun {
  readonly flags: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Runs `preview` or `up`, held to the policies.
 *
 * @throws PlatformError `step` where Pulumi fails or a policy is broken.
 */
export async function held(
  command: 'preview' | 'up',
  { project, name }: StackOptions,
  stack: string,
  { flags, variables }: HeldRun,
): Promise<void> {
  const args = [command, '--stack', stack, '--policy-pack', policyPack(project), ...flags];
  const code = await runPulumi(project, args, variables);
  if (code === 0) return;
  throw new PlatformError(`pulumi ${command} of ${name}, stack ${stack}, ended with ${code}`, {
    code: 'step',
    hint: 'what is wrong stands above',
  });
}
