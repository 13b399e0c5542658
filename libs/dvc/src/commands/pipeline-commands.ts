import { type Call, type CallOptions, readJson } from '../calls/call.ts';
import { errorOf } from '../failures/explain.ts';
import { operands } from './operands.ts';
import { expShowSchema, metricsSchema, plotsDiffSchema, valuesDiffSchema } from './schemas.ts';
import { STAGE_LINE, stagesOf } from './summaries.ts';

export interface ReproOptions extends CallOptions {
  /** Runs what hasn't changed, too. */
  readonly force?: boolean;
  /** Every `dvc.yaml` below the repository. */
  readonly allPipelines?: boolean;
  /** Only these stages, not what they need. */
  readonly single?: boolean;
}

/** Stages, and what they measured. */
export function pipelineCommands({ folder, locked, free }: Call) {
  return {
    /** Runs the stages whose command, dependencies or parameters changed. */
    repro: async (targets: readonly string[] = [], options: ReproOptions = {}) => {
      const { force, allPipelines, single } = options;
      const flags = [force && '--force', allPipelines && '--all-pipelines', single && '--single-item'];
      const args = ['repro', ...flags.filter((one) => typeof one === 'string'), ...operands(targets)];
      return stagesOf((await locked(args, { ...options, keep: STAGE_LINE })).stdout);
    },

    /** Metrics by revision, then file; the workspace's revision is the empty word. */
    metricsShow: async (options?: CallOptions) =>
      readJson(metricsSchema, await free(['metrics', 'show', '--json'], options), 'metrics show'),

    /** Metrics that differ between two commits, by file, then dotted key; without the second, up to the workspace. */
    metricsDiff: async (from = 'HEAD', to?: string, options?: CallOptions) => {
      const args = ['metrics', 'diff', '--json', ...operands([from, to])];
      return readJson(valuesDiffSchema, await free(args, options), 'metrics diff');
    },

    /** Parameters that differ, as `metricsDiff`. */
    paramsDiff: async (from = 'HEAD', to?: string, options?: CallOptions) => {
      const args = ['params', 'diff', '--json', ...operands([from, to])];
      return readJson(valuesDiffSchema, await free(args, options), 'params diff');
    },

    /** Vega-Lite documents of the plots, with the data of all revisions; images go into a folder. */
    plotsDiff: async (revisions: readonly string[], images: string, options?: CallOptions) => {
      const args = ['plots', 'diff', '--json', '--out', images, ...operands(revisions)];
      return readJson(plotsDiffSchema, await free(args, options), 'plots diff');
    },

    /** Experiments under the commits that they began at, and the workspace first. */
    expShow: async (options?: CallOptions) => {
      const args = ['exp', 'show', '--json'];
      const shown = readJson(expShowSchema, await free(args, options), 'exp show');
      const error = shown.find(({ rev }) => rev === 'workspace')?.error;
      if (error?.type !== 'YAMLSyntaxError') return shown;
      throw errorOf('mergeConflict', { args, cwd: folder, root: folder, exitCode: 0, stderr: error.msg });
    },
  };
}
