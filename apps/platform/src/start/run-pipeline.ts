import { runNx } from '../run-nx.ts';
import type { StartOptions } from './options.ts';

type RunOptions = Pick<StartOptions, 'params' | 'environment' | 'json'>;

/**
 * Runs the whole pipeline by Nx: what nothing has changed for comes from the cache.
 *
 * @throws PlatformError `step` where a step failed; its own message stands above.
 */
export async function runPipeline(workspace: string, name: string, options: RunOptions): Promise<void> {
  await runNx({
    workspace,
    target: `${name}:run`,
    flags: parameterFlags(options),
    quiet: options.json,
    failed: {
      message: `the pipeline '${name}' did not get to its end`,
      hint: 'mend what is said above, then run this again: what is done is cached',
    },
  });
}

/** As the step runner takes them, and Nx hands them on to it. */
export function parameterFlags({ params, environment }: Pick<RunOptions, 'params' | 'environment'>): string[] {
  return [...params.flatMap((param) => ['--param', param]), ...(environment ? ['--env', environment] : [])];
}
