import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';

/** From the workspace's folder: a project without a cloud lacks it. */
const SCRIPT = 'infra/conventions/bin/stack.mjs';
/** Runs a command with the flags that it was given. */
const COMMAND = '@ml-platform/nx-plugin:command';

/** What a stack is made of beside its program: the policies that it is held to, and the code of its functions. */
const MADE_BEFORE = ['^build'];

const COMMANDS: Readonly<Record<string, string>> = {
  preview: 'What up would do, what it would cost, and what the policies say: --env dev',
  up: 'Makes the stack what its program says: --env dev',
  drift: 'Whether the cloud has what the stack says, changing nothing: --env prod',
  destroy: 'Takes a stack down, and says what stays: --env dev',
  cost: 'What a stack costs in a month, by its resources: --env prod',
  inventory: 'Writes the inventory and the diagram of every stack into docs',
};

/** Targets of a project of Pulumi's, and what its tests wait for. Never cached: what they see and change is elsewhere. */
export function inferStack(
  project: string,
  workspace: string,
  tests: Readonly<Record<string, TargetConfiguration>>,
): Record<string, TargetConfiguration> {
  if (!existsSync(join(workspace, project, 'Pulumi.yaml'))) return {};
  const targets = Object.entries(COMMANDS).map(([name, description]): [string, TargetConfiguration] => [
    name,
    {
      executor: COMMAND,
      options: { script: SCRIPT, command: name, project },
      dependsOn: MADE_BEFORE,
      metadata: { technologies: ['pulumi'], description },
    },
  ]);
  const waiting = Object.entries(tests).map(([name, test]) => [name, { ...test, dependsOn: MADE_BEFORE }]);
  return { ...Object.fromEntries(targets), ...Object.fromEntries(waiting) };
}
