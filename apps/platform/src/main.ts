import { PlatformError, suggest } from '@ml-platform/errors';

const HELP = `platform: the commands of this workspace

  npx platform start [PIPELINE]   runs a pipeline, serves the model that it registered, asks it for a prediction
  npx platform lock PROJECT       locks the packages of a project's Python steps
  npx platform check              looks for what is wrong in definitions, parameters and targets
  npx platform data COMMAND       versions, shares and compares data: status, commit, push, pull, diff, gc
  npx platform image NAME         the folder that an image of a server with its model is built of
  npx platform release create     what is deployed: an image, its model, and what it was built from
  npx platform deploy COMMAND     brings a release to a stack, watches it, takes it back: promote, rollback, status
  npx platform dvc ...            the pinned DVC itself
  npx platform monitor MODEL      compares what a model is asked with what it was trained on
  npx platform github COMMAND     GitHub's own side: setup, comment, plan
  npx platform hook NAME          what Git's hooks check: pre-commit, commit-msg, pre-push, …
  npx platform models COMMAND     registered models: compares, promotes, brings back, exports, shares them
  npx platform train [PIPELINE]   runs pipelines up to a candidate, and compares it with the champion

  npx platform COMMAND --help     a command's options
`;

/** Each loads what it needs only when it is called. */
const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  start: async (args) => (await import('./start/start.ts')).start(args),
  lock: async (args) => (await import('./lock/lock.ts')).lock(args),
  check: async (args) => (await import('./check/check.ts')).check(args),
  data: async (args) => (await import('./data/data.ts')).data(args),
  image: async (args) => (await import('./image/image.ts')).image(args),
  release: async (args) => (await import('./release/release.ts')).release(args),
  deploy: async (args) => (await import('./deploy/deploy.ts')).deploy(args),
  dvc: async (args) => (await import('./data/dvc.ts')).dvc(args),
  monitor: async (args) => (await import('./monitor/monitor.ts')).monitor(args),
  github: async (args) => (await import('./github/github.ts')).github(args),
  hook: async (args) => (await import('./hooks/hook.ts')).hook(args),
  models: async (args) => (await import('./models/models.ts')).models(args),
  train: async (args) => (await import('./train/train.ts')).train(args),
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
