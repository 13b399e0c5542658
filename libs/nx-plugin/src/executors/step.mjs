import { fileURLToPath } from 'node:url';
import { spawnScript } from './spawn-script.mjs';

const RUN_STEP = fileURLToPath(import.meta.resolve('@ml-platform/pipeline/run-step'));

/**
 * Runs one step in a process of its own, as with `--no-batch`. Flags of the command line are in the environment, where a
 * step's cache key has them as well.
 *
 * @param {{ pipeline: string, step: string }} options
 * @param {{ root: string }} context
 */
export default function step({ pipeline, step }, { root }) {
  return spawnScript(RUN_STEP, { pipeline, step, reuse: true }, root);
}
