import {
  mergeParams,
  parseOverrides,
  type PipelineDocument,
  readParamsFiles,
  runVariables,
} from '@ml-platform/pipeline';
import type { RunParams } from '../engines/engine.ts';

interface Given {
  readonly params: readonly string[];
  readonly environment?: string;
}

/**
 * The values of a run's parameters that files or `--param` set: all of them, since an image can have been built from
 * older files.
 *
 * @throws PlatformError for a parameter file or a `--param` that can't be right.
 */
export function runParams(document: PipelineDocument, project: string, { params, environment }: Given): RunParams {
  runVariables(document, project, { params, ...(environment !== undefined && { environment }) });
  const files = readParamsFiles(project, environment);
  const overrides = parseOverrides(document, params);
  const values = Object.keys(document.params).map((key) => {
    return [key, mergeParams(key, files, overrides)] as const;
  });
  return Object.fromEntries(values.filter(([, section]) => Object.keys(section).length > 0));
}
