import { PlatformError } from '@ml-platform/errors';
import { type StackOptions, stackOf } from './options.ts';
import { runPulumi } from './pulumi.ts';

/**
 * Asks the cloud for every resource of a stack, and compares; nothing is changed, the state neither.
 *
 * @throws PlatformError `step` where something differs, or can't be read.
 */
export async function drift(options: StackOptions): Promise<void> {
  const { project, name } = options;
  const stack = stackOf(options);
  const code = await runPulumi(project, ['refresh', '--stack', stack, '--preview-only', '--expect-no-changes']);
  if (code === 0) return;
  throw new PlatformError(`the cloud differs from what stack ${stack} of ${name} says`, {
    code: 'step',
    hint: `what was changed by hand stands above: npx nx run infra-aws:up --env ${stack} --refresh takes it back`,
  });
}
