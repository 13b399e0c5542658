import { runMain } from '@ml-platform/errors';
import { HELP, readCommandLine } from './command-line.ts';

await runMain(async () => {
  const settings = readCommandLine(process.argv.slice(2), process.env);
  if (!settings) {
    process.stdout.write(HELP);
    return;
  }
  const [{ serve }, { closeOnSignal }] = await Promise.all([import('./serve.ts'), import('./shutdown.ts')]);
  const { app, listening } = await serve(settings);
  closeOnSignal(app);
  const { model, version, alias, predict, docs } = listening;
  const announcement = `${model} ${version} (${alias}) predicts on ${predict}, see ${docs}`;
  process.stdout.write(`${settings.json ? JSON.stringify(listening) : announcement}\n`);
});
