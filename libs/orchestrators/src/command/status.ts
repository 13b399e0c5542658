import { COMMON_OPTIONS, needed, placeOf, readOptions, usage } from './options.ts';
import { targetOf } from './targets.ts';
import { describeStep } from './watch-run.ts';

const HELP = `status: how a run goes that was submitted to an engine

  npx nx run PIPELINE:status --target NAME --run RUN

  --target NAME     the engine
  --run RUN         what submit printed
  --env NAME        the environment that it was submitted with
  --pipeline FILE   the file whose default export is the pipeline; Nx fills it in
  --json            prints the status as one JSON document
  --debug           prints stacks with errors
  --help            prints this
`;

const OPTIONS = { ...COMMON_OPTIONS, env: { type: 'string' }, run: { type: 'string' } } as const;

/** The command line of an engine's `status`. */
export async function status(argv: readonly string[]): Promise<void> {
  const options = readOptions('status', argv, OPTIONS);
  if (options.help) return void process.stdout.write(HELP);
  const { pipeline, target } = needed('status', options);
  if (options.run === undefined) throw usage('status', '--run is needed');
  const registered = targetOf(target);
  const engine = await registered.engine(await placeOf(pipeline, options));
  const { run, state, reason, steps } = await engine.status(options.run);
  const told = reason === undefined ? state : `${state}: ${reason}`;
  if (options.json) process.stdout.write(`${JSON.stringify({ target, run, state, reason, steps })}\n`);
  else process.stdout.write(`${[`${run}: ${told}`, ...steps.map((step) => `  ${describeStep(step)}`)].join('\n')}\n`);
}
