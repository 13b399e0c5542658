import { type CallOptions, caller, type DvcOptions } from './calls/call.ts';
import { dataCommands } from './commands/data-commands.ts';
import { pipelineCommands } from './commands/pipeline-commands.ts';
import { repositoryCommands } from './commands/repository-commands.ts';

/**
 * DVC in a folder: a method for each command, with typed results. Commands that write, or take the repository's lock, run one
 * after the other in this process, and again for a while when another process holds it; the others run beside them.
 *
 * @throws DvcError, each method: `noDvc`, `wrongVersion`, `noRepository` and whatever else DVC says; the signal's reason
 * where one stops it.
 *
 * @example
 * ```ts
 * const dvc = openDvc('/work/flights', { log: console.log });
 * await dvc.add(['data/flights.parquet']);
 * await dvc.push([], { onProgress: ({ label, done, total }) => console.log(label, done, total) });
 * ```
 */
export function openDvc(folder: string, options: DvcOptions = {}) {
  const call = caller(folder, options);
  return {
    ...repositoryCommands(call),
    ...dataCommands(call),
    ...pipelineCommands(call),
    /** Any other command, with what it printed. */
    run: async (args: readonly string[], how?: CallOptions) => (await call.locked(args, how)).stdout,
  };
}

export type Dvc = ReturnType<typeof openDvc>;
