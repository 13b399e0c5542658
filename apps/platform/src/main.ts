import { PlatformError } from '@ml-platform/errors';
import { START_HELP, startOptions } from './start/options.ts';

const HELP = `platform: the commands of this workspace

  npx platform start [PIPELINE]   runs a pipeline, serves the model that it registered, asks it for a prediction

  npx platform COMMAND --help     a command's options
`;

/** The command line: `platform COMMAND …`. */
export async function main(argv: readonly string[]): Promise<void> {
  const [command, ...rest] = argv;
  if (command === undefined || command === '--help' || command === 'help') return void process.stdout.write(HELP);
  if (command !== 'start') {
    throw new PlatformError(`there is no command '${command}'`, { code: 'usage', hint: 'npx platform --help' });
  }
  const options = startOptions(rest);
  if (options === undefined) return void process.stdout.write(START_HELP);
  const { start } = await import('./start/start.ts');
  await start(options);
}
