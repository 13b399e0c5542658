import { readRelease } from '@ml-platform/registry/release';
import { type CommandGroup, runGroup } from '../command-line.ts';
import { WORKSPACE } from '../workspace.ts';
import { finish } from './finish.ts';
import { DEPLOY_HELP, needed, PLAN_OPTIONS, planOf, RELEASE_OPTIONS, readOptions, STACK_OPTIONS } from './options.ts';
import { rollOut } from './roll-out.ts';
import { findProject, openStack } from './stack.ts';

const GROUP: CommandGroup<[]> = {
  name: 'deploy',
  help: DEPLOY_HELP,
  commands: {
    promote: async (args) => (await import('./promote.ts')).promote(args),
    rollback: async (args) => (await import('./rollback.ts')).rollback(args),
    status: async (args) => (await import('./status.ts')).status(args),
  },
};

/** @throws PlatformError `usage` for an unknown command or flag; else as each command says. */
export function deploy(args: readonly string[]): Promise<void> {
  const [name = ''] = args;
  if (name.startsWith('-') && !args.includes('--help')) return deployRelease(args);
  return runGroup(GROUP, name === '' ? [] : args);
}

/**
 * `platform deploy --env STACK --release FILE`.
 *
 * @throws PlatformError `step` where the release didn't hold.
 */
async function deployRelease(args: readonly string[]): Promise<void> {
  const values = readOptions(args, { ...STACK_OPTIONS, ...RELEASE_OPTIONS, ...PLAN_OPTIONS });
  const env = needed(values.env, 'env', 'the stack');
  const release = readRelease(needed(values.release, 'release', 'the file of the release'));
  const place = { workspace: WORKSPACE, project: findProject(WORKSPACE, values.project), env };
  const stack = openStack({ ...place, quiet: values.json ?? false });
  await finish(await rollOut(stack, release, planOf(values)), values);
}
