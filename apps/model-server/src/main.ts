import { runMain } from '@ml-platform/errors';
import { HELP, readCommandLine } from './command-line.ts';

await runMain(async () => {
  const settings = readCommandLine(process.argv.slice(2), process.env);
  if (!settings) {
    process.stdout.write(HELP);
    return;
  }
  const { serve } = await import('./serve.ts');
  await serve(settings);
});
