import { runNx } from '../run-nx.ts';
import type { StartOptions } from './options.ts';

type RunOptions = Pick<StartOptions, 'params' | 'environment' | 'json'>;

/**
 * Runs the whole pipeline by Nx: what nothing has changed for comes from the cache.
 *
 * @throws PlatformError `step` where a step failed; its own message stands above.
 */
export async function runPipeline(workspace: string, name: string, options: RunOptions): Promise<void> {
  const { params, environment, json } = options;
  const flags = [...params.flatMap((param) => ['--param', param]), ...(environment ? ['--env', environment] : [])];
  await runNx({
    workspace,
    target: `${name}:run`,
    flags,
    quiet: json,
    failed: {
      message: `the pipeline '${name}' did not get to its end`,
      hint: 'mend what is said above, then run this again: what is done is cached',
    },
  });
}
