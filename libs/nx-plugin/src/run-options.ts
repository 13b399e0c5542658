import type { InheritedOptions } from '@ml-platform/pipeline';

/**
 * `--param` and `--env` of an Nx command line, where it runs the pipeline of that name: `nx run flight-delays:run
 * --param train.trials=50 --env prod`; `--skip-nx-cache` also means that no step goes by what is there. Another pipeline's run
 * has none.
 */
export function readRunOptions(argv: readonly string[], pipeline: string): InheritedOptions {
  if (!argv.some((argument) => argument.startsWith(`${pipeline}:`))) return { params: [], force: false };
  const environment = valuesOf(argv, '--env').at(-1);
  const force = argv.some((argument) => /^--skip-?nx-?cache$/i.test(argument));
  return { params: valuesOf(argv, '--param'), force, ...(environment !== undefined && { environment }) };
}

/** `--target` of an Nx command line, which Nx itself takes for its own and hands on to nobody. */
export function readTarget(argv: readonly string[]): string | undefined {
  return valuesOf(argv, '--target').at(-1);
}

/** Where steps are told that Nx draws its screen, on which each task has a part of its own. */
export const SCREEN_VARIABLE = 'ML_NX_SCREEN';
/** Where steps are told how many of them may run at once. */
export const PARALLEL_VARIABLE = 'ML_NX_PARALLEL';

/** Nx's own, where nobody says. */
const PARALLEL = 3;

/** How many tasks run at once, in Nx's words: `--parallel=5`, `--parallel=false`, `NX_PARALLEL`, or what nx.json says. */
export function readParallel(argv: readonly string[], configured: number | undefined): number {
  const asked =
    argv.find((argument) => /^--(max-?)?parallel=/i.test(argument))?.split('=')[1] ?? process.env.NX_PARALLEL;
  if (asked === 'false') return 1;
  const count = Number(asked ?? configured);
  return Number.isInteger(count) && count > 0 ? count : PARALLEL;
}

function valuesOf(argv: readonly string[], flag: string): string[] {
  return argv.flatMap((argument, index) => {
    if (argument.startsWith(`${flag}=`)) return [argument.slice(flag.length + 1)];
    const next = argv[index + 1];
    return argument === flag && next !== undefined ? [next] : [];
  });
}
