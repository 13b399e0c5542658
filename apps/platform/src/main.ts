import { PlatformError, suggest } from '@ml-platform/errors';

const HELP = `platform: the commands of this workspace

  npx platform start [PIPELINE]   runs a pipeline, serves the model that it registered, asks it for a prediction
  npx platform lock PROJECT       locks the packages of a project's Python steps
  npx platform check              looks for what is wrong in definitions, parameters and targets
  npx platform data COMMAND       versions, shares and compares data: status, commit, push, pull, diff, gc
  npx platform dvc ...            the pinned DVC itself

  npx platform COMMAND --help     a command's options
`;

/** Each loads what it needs only when it is called. */
const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  start: async (args) => (await import('./start/start.ts')).start(args),
  lock: async (args) => (await import('./lock/lock.ts')).lock(args),
  check: async (args) => (await import('./check/check.ts')).check(args),
  data: async (args) => (await import('./data/data.ts')).data(args),
  dvc: async (args) => (await import('./data/dvc.ts')).dvc(args),
};

/** The command line: `platform COMMAND …`. */
export async function main([name, ...args]: readonly string[]): Promise<void> {
  if (name === undefined || name === '--help' || name === 'help') return void process.stdout.write(HELP);
  const command = COMMANDS[name];
  if (command) return command(args);
  throw new PlatformError(`there is no command '${name}'`, {
    code: 'usage',
    hint: suggest(name, Object.keys(COMMANDS), 'commands'),
  });
}
