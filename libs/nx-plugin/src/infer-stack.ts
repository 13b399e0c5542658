import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';

/** From the workspace's folder: a project without a cloud lacks it. */
const SCRIPT = 'infra/conventions/bin/stack.mjs';
/** Runs a command with the flags that it was given. */
const COMMAND = '@ml-platform/nx-plugin:command';

/** What a stack is made of beside its program: the policies that it is held to, and the code of its functions. */
const MADE_BEFORE = ['^build'];

const COMMANDS: Readonly<Record<string, { description: string; needsEngine: boolean }>> = {
  preview: {
    description: 'What up would do, what it would cost, and what the policies say: --env dev',
    needsEngine: true,
  },
  up: { description: 'Makes the stack what its program says: --env dev', needsEngine: true },
  drift: { description: 'Whether the cloud has what the stack says, changing nothing: --env prod', needsEngine: true },
  destroy: { description: 'Takes a stack down, and says what stays: --env dev', needsEngine: true },
  cost: { description: 'What a stack costs in a month, by its resources: --env prod', needsEngine: false },
  inventory: { description: 'Writes the inventory and the diagram of every stack into docs', needsEngine: false },
};

/** Targets of a project of Pulumi's. Never cached: what they see and change is elsewhere. */
export function inferStack(project: string, workspace: string): Record<string, TargetConfiguration> {
  if (!existsSync(join(workspace, project, 'Pulumi.yaml'))) return {};
  const targets = Object.entries(COMMANDS).map(
    ([name, { description, needsEngine }]): [string, TargetConfiguration] => [
      name,
      {
        executor: COMMAND,
        options: { script: SCRIPT, command: name, project },
        ...(needsEngine && { dependsOn: MADE_BEFORE }),
        metadata: { technologies: ['pulumi'], description },
      },
    ],
  );
  return Object.fromEntries(targets);
}
