import { parseAllDocuments } from 'yaml';
import { type CompiledFiles, fileOf } from '../../target.ts';
import type { PipelineSpec } from '../ir.ts';
import { PIPELINE_FILE } from '../read-graph.ts';

/** The pipeline that was compiled, and what the platform is told besides. */
export function readSpec(files: CompiledFiles): { spec: PipelineSpec; platform: unknown } {
  const [spec, platform] = parseAllDocuments(fileOf(files, PIPELINE_FILE)).map(
    (document) => document.toJS() as unknown,
  );
  return { spec: spec as PipelineSpec, platform };
}
