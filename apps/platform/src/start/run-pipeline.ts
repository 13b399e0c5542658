import { messageOf, PlatformError } from '@ml-platform/errors';
import { execa } from 'execa';
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
  try {
    await execa('nx', ['run', `${name}:run`, '--output-style=stream-without-prefixes', ...flags], {
      cwd: workspace,
      preferLocal: true,
      stdin: 'ignore',
      stdout: json ? 2 : 'inherit',
      stderr: 'inherit',
    });
  } catch (cause) {
    throw new PlatformError(`the pipeline '${name}' did not get to its end: ${messageOf(cause).split('\n')[0]}`, {
      code: 'step',
      hint: 'mend what is said above, then run this again: what is done is cached',
      cause,
    });
  }
}
