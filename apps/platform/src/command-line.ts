import { type ParseArgsConfig, parseArgs } from 'node:util';
import { messageOf, PlatformError, suggest } from '@ml-platform/errors';

export const flag = { type: 'boolean' } as const;
export const text = { type: 'string' } as const;
export const texts = { type: 'string', multiple: true } as const;

/** That `platform COMMAND` was typed wrongly, with where its options are told. */
export function wrongUsage(command: string, message: string): PlatformError {
  return new PlatformError(message, { code: 'usage', hint: `npx platform ${command} --help` });
}

/**
 * Node's own `parseArgs`, of `platform COMMAND`.
 *
 * @throws PlatformError `usage` for what it doesn't take.
 */
export function parseOptions<Config extends ParseArgsConfig>(command: string, config: Config) {
  try {
    return parseArgs(config);
  } catch (thrown) {
    throw wrongUsage(command, messageOf(thrown));
  }
}

export interface CommandGroup<More extends readonly unknown[]> {
  readonly name: string;
  readonly help: string;
  /** Each loads what it needs only when it is called. */
  readonly commands: Readonly<Record<string, (args: readonly string[], ...more: More) => Promise<void>>>;
}

/**
 * `platform GROUP COMMAND …`; what stands in `more` is handed on.
 *
 * @throws PlatformError `usage` for an unknown command; else as each command says.
 */
export async function runGroup<More extends readonly unknown[]>(
  { name: group, help, commands }: CommandGroup<More>,
  [name, ...args]: readonly string[],
  ...more: More
): Promise<void> {
  if (name === undefined || name === 'help' || [name, ...args].includes('--help')) {
    return void process.stdout.write(help);
  }
  const command = commands[name];
  if (command) return command(args, ...more);
  const hint = suggest(name, Object.keys(commands), 'commands');
  throw new PlatformError(`there is no command '${group} ${name}'`, { code: 'usage', hint });
}
