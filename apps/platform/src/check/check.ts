import { EXIT_CODES, type PlatformError } from '@ml-platform/errors';
import { parseOptions, wrongUsage } from '../command-line.ts';
import { WORKSPACE } from '../workspace.ts';
import { type CheckedPipeline, checkPipelines } from './check-pipelines.ts';
import { describeChecks } from './describe-checks.ts';
import { askStores } from './stores.ts';

export const CHECK_HELP = `Checks every pipeline of this workspace: its definition, parameters, environments, gate and targets.

  npx platform check [options]
  npx platform check --stores [STORE ...]

  --stores   asks the stores that targets.yaml names, and each STORE, whether they answer, and checks nothing else
  --json     prints what was found as one line of JSON
  --debug    prints stacks with errors
  --help     prints this

Exit codes: 0 all is well, 2 wrong usage, 3 a file is wrong, 5 a store does not answer.
`;

/**
 * Prints what is wrong with each pipeline; what is found sets the exit code.
 *
 * @throws PlatformError `usage` for an unknown flag.
 */
export async function check(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args);
  const { help, stores, json } = values;
  if (help) return void process.stdout.write(CHECK_HELP);
  const pipelines = await checkPipelines(WORKSPACE, { targets: !stores });
  const asked = stores ? await askStores([...positionals, ...pipelines.flatMap((pipeline) => pipeline.stores)]) : [];
  const found = stores ? { stores: asked } : { pipelines };
  process.stdout.write(json ? `${JSON.stringify(found)}\n` : describeChecks(found));
  if (asked.some(({ problem }) => problem)) process.exitCode = EXIT_CODES.environment;
  else if (!stores && pipelines.some(hasProblems)) process.exitCode = EXIT_CODES.config;
}

function hasProblems({ problems }: CheckedPipeline): boolean {
  return problems.length > 0;
}

function parse(args: readonly string[]) {
  const flag = { type: 'boolean' } as const;
  const options = { stores: flag, json: flag, debug: flag, help: flag };
  const parsed = parseOptions('check', { args: [...args], options, allowPositionals: true });
  if (parsed.values.stores || parsed.positionals.length === 0) return parsed;
  throw usage('a STORE goes with --stores: all pipelines are checked');
}

function usage(message: string): PlatformError {
  return wrongUsage('check', message);
}
