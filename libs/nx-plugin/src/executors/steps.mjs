import { runBatch } from '../batch/run-batch.ts';
import { taskEnv } from '../batch/task-env.ts';
import { PARALLEL_VARIABLE } from '../run-options.ts';

/**
 * Runs the steps that Nx found nothing of in its cache.
 *
 * @param {import('../batch/run-batch.ts').TaskGraph} graph
 * @param {Record<string, { pipeline: string, step: string }>} options by task
 * @param {unknown} _overrides
 * @param {{ root: string }} context
 */
export default function steps(graph, options, _overrides, { root }) {
  return runBatch(graph, {
    root,
    parallel: Number(process.env[PARALLEL_VARIABLE] ?? 1),
    argsOf: ({ id }) => {
      const { pipeline, step } = options[id];
      return ['--pipeline', pipeline, '--reuse', '--step', step];
    },
    envOf: ({ projectRoot, target }) => taskEnv(root, projectRoot, target.target),
  });
}
