import { PlatformError, suggest } from '@ml-platform/errors';
import { cost } from './cost.ts';
import { destroy } from './destroy.ts';
import { drift } from './drift.ts';
import { inventory } from './inventory.ts';
import { readOptions, type StackOptions } from './options.ts';
import { preview, up } from './up.ts';

const HELP = `Stacks of a cloud

  npx nx run infra-aws:COMMAND --env STACK

  preview      what up would do, what it would cost, and what the policies say
  up           makes the stack what its program says; asks first, unless --yes
  drift        whether the cloud has what the stack says, changing nothing; exit code 8 where it hasn't
  destroy      takes a stack down, and says what is protected and stays
  cost         what a stack costs in a month, by its resources
  inventory    writes the inventory and the diagram of every stack into docs; --check only looks

  --env STACK             the stack: dev, staging, prod, or pr-NUMBER
  --yes                   doesn't ask
  --release FILE          of up and preview: the release to bring, or none; without, the stack keeps the one it has
  --markdown FILE         of preview: writes it for a pull request as well
  --refresh               of preview and up: asks the cloud first; up takes back what was changed by hand
  --expect-no-changes     of preview: fails where anything would change
  --json                  of cost and preview: one JSON document
  --project FOLDER        the folder with Pulumi.yaml; Nx fills it in
  --debug                 prints stacks with errors
  --help                  prints this
`;

const COMMANDS: Readonly<Record<string, (options: StackOptions) => Promise<void>>> = {
  preview,
  up,
  drift,
  destroy,
  cost,
  inventory,
};

/** The command line of what is done with stacks. */
export async function main(argv: readonly string[]): Promise<void> {
  const { command, rest } = splitCommand(argv);
  const run = COMMANDS[command];
  const options = readOptions(command, rest);
  if (options.help) return void process.stdout.write(HELP);
  if (!run) {
    const hint = suggest(command, Object.keys(COMMANDS), 'commands');
    throw new PlatformError(`there is no command '${command}'`, { code: 'usage', hint });
  }
  await run(options);
}

/** Nx gives it as a flag, a person as the first word. */
function splitCommand(argv: readonly string[]): { command: string; rest: string[] } {
  const flag = argv.find((word) => word.startsWith('--command='));
  if (flag) return { command: flag.slice('--command='.length), rest: argv.filter((word) => word !== flag) };
  const [command = '', ...rest] = argv;
  return command.startsWith('-') ? { command: '', rest: [...argv] } : { command, rest };
}
