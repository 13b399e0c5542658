import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf, PlatformError, suggest } from '@ml-platform/errors';
import { stackNamesIn } from '../program/stack-file.ts';

export interface StackOptions {
  /** Absolute path of the folder with Pulumi.yaml. */
  readonly project: string;
  /** As it was given, from the workspace's folder. */
  readonly name: string;
  readonly env: string | undefined;
  readonly yes: boolean;
  readonly json: boolean;
  readonly check: boolean;
  /** Of a preview: fails where anything would change. */
  readonly expectNoChanges: boolean;
  /** Of a preview and an update: asks the cloud first, so that what was changed by hand is taken back. */
  readonly refresh: boolean;
  /** File of the release that an update brings, or `none`; without, the stack keeps its own. */
  readonly release: string | undefined;
  /** Of a preview: the file that is written for a pull request. */
  readonly markdown: string | undefined;
  readonly help: boolean;
}

/** @throws PlatformError `usage` for a flag that isn't there, `notFound` for a folder that is no project of Pulumi's. */
export function readOptions(command: string, argv: readonly string[]): StackOptions {
  const values = parsed(command, argv);
  const name = values.project ?? '.';
  const project = resolve(name);
  if (!values.help && !existsSync(join(project, 'Pulumi.yaml'))) {
    throw new PlatformError(`${join(name, 'Pulumi.yaml')} isn't there`, {
      code: 'notFound',
      hint: 'run it through Nx, which fills in the project: npx nx run infra-aws:preview --env dev',
    });
  }
  return {
    project,
    name,
    env: values.env,
    yes: values.yes ?? false,
    json: values.json ?? false,
    check: values.check ?? false,
    expectNoChanges: values['expect-no-changes'] ?? false,
    refresh: values.refresh ?? false,
    release: values.release,
    markdown: values.markdown,
    help: values.help ?? false,
  };
}

/**
 * The stack that a command is for.
 *
 * @throws PlatformError `usage` where none is given, `notFound` for one that has no file.
 */
export function stackOf({ project, env }: StackOptions): string {
  const stacks = stackNamesIn(project);
  if (env === undefined) {
    throw new PlatformError('--env is needed: the stack', { code: 'usage', hint: `one of ${stacks.join(', ')}` });
  }
  if (stacks.includes(env)) return env;
  throw new PlatformError(`there is no stack '${env}': ${join(project, `Pulumi.${env}.yaml`)} is missing`, {
    code: 'notFound',
    hint: `${suggest(env, stacks, 'stacks')}; a new one: npx nx g stack ${env}`,
  });
}

function parsed(command: string, argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        project: { type: 'string' },
        env: { type: 'string' },
        yes: { type: 'boolean' },
        json: { type: 'boolean' },
        check: { type: 'boolean' },
        'expect-no-changes': { type: 'boolean' },
        refresh: { type: 'boolean' },
        release: { type: 'string' },
        markdown: { type: 'string' },
        debug: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (thrown) {
    throw new PlatformError(messageOf(thrown), { code: 'usage', hint: `npx nx run infra-aws:${command} --help` });
  }
}
