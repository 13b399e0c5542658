import { randomBytes } from 'node:crypto';
import type { RunStatus } from '../engines/engine.ts';
import type { OpenedEngine } from '../engines/open-engine.ts';
import { seedRawData } from '../engines/raw-data.ts';
import { COMMON_OPTIONS, needed, placeOf, readFeatures, readOptions } from './options.ts';
import { progressOn } from './progress.ts';
import { runParams } from './run-params.ts';
import { type Place, type RegisteredTarget, TARGETS, targetOf } from './targets.ts';
import { checkSucceeded, watchRun } from './watch-run.ts';

const HELP = `submit: compiles a pipeline, hands it to an engine, and starts a run of it

  npx nx run PIPELINE:submit --target NAME [--env NAME] [--param NAME=VALUE ...] [--wait]

  --target NAME        ${Object.keys(TARGETS).join(', ')}
  --env NAME           reads params.NAME.yaml over params.yaml, and targets.NAME.yaml over targets.yaml
  --param NAME=VALUE   overrides a parameter: trials=50, or train.trials=50; may be repeated
  --without FEATURES   what the pipeline asks for and may be left out, where the engine can't do it
  --at FOLDER          the workspace's folder on the machines that run the steps; this machine's unless given
  --wait               says how the run goes until it ends, and ends with code 8 where it fails
  --pipeline FILE      the file whose default export is the pipeline; Nx fills it in
  --json               prints the run as one JSON document; with --wait, how it ended
  --debug              prints stacks with errors
  --help               prints this
`;

const OPTIONS = {
  ...COMMON_OPTIONS,
  env: { type: 'string' },
  param: { type: 'string', multiple: true },
  without: { type: 'string' },
  at: { type: 'string' },
  wait: { type: 'boolean' },
} as const;

type Options = ReturnType<typeof readOptions<typeof OPTIONS>>;

/** The command line of an engine's `submit`. */
export async function submit(argv: readonly string[]): Promise<void> {
  const options = readOptions('submit', argv, OPTIONS);
  if (options.help) return void process.stdout.write(HELP);
  const { pipeline, target } = needed('submit', options);
  const registered = targetOf(target);
  const place = await placeOf(pipeline, options);
  const engine = await registered.engine(place);
  const { line, changed } = progressOn(options.json ? process.stderr : process.stdout);
  const started = await start(registered, engine, { place, options, line });
  const look = `npx nx run ${place.document.name}:status --target ${target} --run ${started.run}`;
  line(`run ${started.run}${started.url === undefined ? '' : `\n${started.url}`}`);
  const ended = options.wait ? await watchRun(engine, started.run, changed) : undefined;
  if (options.json) process.stdout.write(`${JSON.stringify({ target, ...started, ...ended })}\n`);
  else line(ended === undefined ? `see how it goes: ${look}` : `the run ${describeEnd(ended)}`);
  if (ended) checkSucceeded(ended, look.replace(':status', ':logs'));
}

interface Start {
  readonly place: Place;
  readonly options: Options;
  readonly line: (text: string) => void;
}

async function start({ compile }: RegisteredTarget, engine: OpenedEngine, { place, options, line }: Start) {
  const { document, project } = place;
  const { schedule: _, ...once } = document;
  const { env: environment, param: params = [], without } = options;
  const values = runParams(document, project, { params, ...(environment !== undefined && { environment }) });
  const compiled = compile(
    { ...place, document: engine.keepsSchedule ? document : once },
    { without: readFeatures(without) },
  );
  const seeded = await seedRawData(values, { document, project, lake: engine.lake, log: line });
  return engine.submit(compiled, { params: seeded, runName: runName(new Date()) });
}

/** Names in order of time, and of two at the same second different ones: `run-20260131-063000-9f3c`. */
function runName(now: Date): string {
  const time = now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  return `run-${time}-${randomBytes(2).toString('hex')}`;
}

function describeEnd({ state }: RunStatus): string {
  return state === 'succeeded' ? 'has succeeded' : state === 'stopped' ? 'was stopped' : 'has failed';
}
