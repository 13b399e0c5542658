import { PlatformError, suggest } from '@ml-platform/errors';
import type { LogLine } from '../engines/engine.ts';
import type { OpenedEngine } from '../engines/open-engine.ts';
import { COMMON_OPTIONS, needed, placeOf, readOptions, usage } from './options.ts';
import { targetOf } from './targets.ts';
import { watchRun } from './watch-run.ts';

const HELP = `logs: what the steps of a run say that was submitted to an engine

  npx nx run PIPELINE:logs --target NAME --run RUN [--step NAME] [--follow]

  --target NAME     the engine
  --run RUN         what submit printed
  --step NAME       one step; all of them unless given
  --follow          goes on until the run ends
  --env NAME        the environment that it was submitted with
  --pipeline FILE   the file whose default export is the pipeline; Nx fills it in
  --json            prints the lines as one JSON document
  --debug           prints stacks with errors
  --help            prints this
`;

const OPTIONS = {
  ...COMMON_OPTIONS,
  env: { type: 'string' },
  run: { type: 'string' },
  step: { type: 'string' },
  follow: { type: 'boolean' },
} as const;

/** The command line of an engine's `logs`. */
export async function logs(argv: readonly string[]): Promise<void> {
  const { json, help, run, step, follow, ...options } = readOptions('logs', argv, OPTIONS);
  if (help) return void process.stdout.write(HELP);
  const { pipeline, target } = needed('logs', options);
  if (run === undefined) throw usage('logs', '--run is needed');
  if (json && follow) throw usage('logs', '--json is one document at the end, --follow lines as they come: give one');
  const registered = targetOf(target);
  const place = await placeOf(pipeline, options);
  checkStep(
    step,
    place.document.steps.map(({ name }) => name),
  );
  const engine = await registered.engine(place);
  const print = ({ step: of, line }: LogLine) => void process.stdout.write(`[${of}] ${line}\n`);
  if (json)
    return void process.stdout.write(`${JSON.stringify({ target, run, lines: await all(engine.logs(run, step)) })}\n`);
  if (follow) return followLogs(engine, run, step, print);
  for await (const line of engine.logs(run, step)) print(line);
}

function checkStep(step: string | undefined, steps: readonly string[]): void {
  if (step === undefined || steps.includes(step)) return;
  throw new PlatformError(`there is no step '${step}'`, { code: 'usage', hint: suggest(step, steps, 'steps') });
}

async function all(lines: AsyncIterable<LogLine>): Promise<LogLine[]> {
  const found: LogLine[] = [];
  for await (const line of lines) found.push(line);
  return found;
}

/** A step's lines only ever become more: what is new comes after as many as were printed. */
async function followLogs(
  engine: OpenedEngine,
  run: string,
  step: string | undefined,
  print: (line: LogLine) => void,
): Promise<void> {
  const printed = new Map<string, number>();
  await watchRun(engine, run, async () => {
    const seen = new Map<string, number>();
    for await (const line of engine.logs(run, step)) {
      const count = (seen.get(line.step) ?? 0) + 1;
      seen.set(line.step, count);
      if (count <= (printed.get(line.step) ?? 0)) continue;
      printed.set(line.step, count);
      print(line);
    }
  });
}
