import { runMain } from '@ml-platform/errors';
import { findRuntimeApi, HELP, readCommandLine, type Settings, wantsHelp } from './command-line.ts';

const args = process.argv.slice(2);

await runMain(async () => {
  if (wantsHelp(args)) {
    process.stdout.write(HELP);
    return;
  }
  const read = () => readCommandLine(args, process.env);
  const runtimeApi = findRuntimeApi(args, process.env);
  if (runtimeApi === undefined) return start(read());
  const { runOnLambda } = await import('./lambda/run-on-lambda.ts');
  await runOnLambda(runtimeApi, read);
});

async function start({ source, json, ...settings }: Settings): Promise<void> {
  const [{ serve, serveMany }, { closeOnSignal }] = await Promise.all([import('./serve.ts'), import('./shutdown.ts')]);
  if (source === 'many') {
    const { app, url } = await serveMany(settings);
    closeOnSignal(app);
    process.stdout.write(`${json ? JSON.stringify({ url }) : `loads models on ${url}/models, see ${url}/docs`}\n`);
    return;
  }
  const { app, listening } = await serve({ ...source, ...settings });
  closeOnSignal(app);
  const { model, version, alias, predict, docs } = listening;
  const announcement = `${model} ${version} (${alias}) predicts on ${predict}, see ${docs}`;
  process.stdout.write(`${json ? JSON.stringify(listening) : announcement}\n`);
}
