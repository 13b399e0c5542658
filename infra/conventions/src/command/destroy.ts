import { PlatformError } from '@ml-platform/errors';
import { runStack } from '../program/run-stack.ts';
import { loadCloud } from './load-cloud.ts';
import { type StackOptions, stackOf } from './options.ts';
import { runPulumi } from './pulumi.ts';

/**
 * Says what of a stack is protected, and takes the stack down: after asking, unless told not to. A stack that has something
 * protected is left as it is.
 *
 * @throws PlatformError `usage` for a stack with protected resources, `step` where Pulumi fails.
 */
export async function destroy(options: StackOptions): Promise<void> {
  const { project, name, yes } = options;
  const stack = stackOf(options);
  const { resources } = await runStack(await loadCloud(project), project, stack);
  const kept = resources.filter((resource) => resource.isCustom && resource.options.protect);
  if (kept.length > 0) throw protectedStack(stack, kept);
  const code = await runPulumi(project, ['destroy', '--stack', stack, ...(yes ? ['--yes'] : [])]);
  if (code === 0) return;
  throw new PlatformError(`pulumi destroy of ${name}, stack ${stack}, ended with ${code}`, {
    code: 'step',
    hint: 'what is wrong stands above; run it again: what is gone stays gone',
  });
}

function protectedStack(stack: string, kept: readonly { type: string; name: string; urn: string }[]): PlatformError {
  const list = kept.map(({ type, name }) => `  ${name} (${type})`).join('\n');
  return new PlatformError(
    `stack ${stack} holds what is protected, since deleting it would lose data for good:\n${list}`,
    {
      code: 'usage',
      hint: `where it is to go all the same: pulumi state unprotect --all --stack ${stack}, then pulumi destroy --stack ${stack}`,
    },
  );
}
