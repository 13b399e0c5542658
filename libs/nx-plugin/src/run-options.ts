import type { InheritedOptions } from '@ml-platform/pipeline';

/**
 * `--param` and `--env` of an Nx command line, where it runs the pipeline of that name: `nx run flight-delays:run
 * --param train.trials=50 --env prod`. Another pipeline's run has none.
 */
export function readRunOptions(argv: readonly string[], pipeline: string): InheritedOptions {
  if (!argv.some((argument) => argument.startsWith(`${pipeline}:`))) return { params: [] };
  const environment = valuesOf(argv, '--env').at(-1);
  return { params: valuesOf(argv, '--param'), ...(environment !== undefined && { environment }) };
}

function valuesOf(argv: readonly string[], flag: string): string[] {
  return argv.flatMap((argument, index) => {
    if (argument.startsWith(`${flag}=`)) return [argument.slice(flag.length + 1)];
    const next = argv[index + 1];
    return argument === flag && next !== undefined ? [next] : [];
  });
}
