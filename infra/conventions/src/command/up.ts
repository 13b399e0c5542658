import { PlatformError } from '@ml-platform/errors';
import { costText, estimateStack } from './cost.ts';
import { held } from './held.ts';
import { type StackOptions, stackOf } from './options.ts';
import { previewInto } from './preview-into.ts';
import { releasedBy } from './released.ts';

/**
 * Prints what the stack will cost, then what `up` would do, held to the policies.
 *
 * @throws PlatformError `usage` for two formats at once, `step` where Pulumi fails or a policy is broken.
 */
export async function preview(options: StackOptions): Promise<void> {
  const stack = stackOf(options);
  const { project, expectNoChanges, json, markdown, refresh } = options;
  if (json && markdown !== undefined) throw bothFormats();
  const flags = [...(expectNoChanges ? ['--expect-no-changes'] : []), ...(refresh ? ['--refresh'] : [])];
  if (markdown !== undefined) return previewInto(markdown, options, stack, flags);
  const { after, variables } = await releasedBy(options, stack);
  if (!json) process.stdout.write(costText(stack, await estimateStack(project, stack, { ...after })));
  await held('preview', options, stack, { flags: [...flags, ...(json ? ['--json'] : [])], variables });
}

/** The same, then does it: after asking, unless told not to. */
export async function up(options: StackOptions): Promise<void> {
  const stack = stackOf(options);
  const { after, variables, message } = await releasedBy(options, stack);
  process.stdout.write(costText(stack, await estimateStack(options.project, stack, { ...after })));
  const flags = [...(options.yes ? ['--yes'] : []), ...(options.refresh ? ['--refresh'] : [])];
  const named = message === undefined ? [] : ['--message', message];
  await held('up', options, stack, { flags: [...flags, ...named], variables });
}

function bothFormats(): PlatformError {
  return new PlatformError(
    "--json and --markdown don't go together: one is printed by Pulumi, the other written by us",
    {
      code: 'usage',
      hint: 'npx nx run infra-aws:preview --env dev --markdown preview.md',
    },
  );
}
