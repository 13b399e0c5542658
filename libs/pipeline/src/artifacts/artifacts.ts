import { type ArtifactType, defineArtifact, type ManyType, type MetricsType } from './artifact-type.ts';
import {
  checkDataset,
  checkDirectory,
  checkJson,
  checkMetrics,
  checkModel,
  checkNotEmpty,
  checkParquet,
} from './checks.ts';

/** A table in one Parquet file. */
export const parquet = defineArtifact({ kind: 'parquet', extension: '.parquet', check: checkParquet });

/** A table in a folder of Parquet files, as Spark writes it: read it as `folder/*.parquet`. */
export const dataset = defineArtifact({ kind: 'dataset', directory: true, check: checkDataset });

/** A table in one CSV file with a header. */
export const csv = defineArtifact({ kind: 'csv', extension: '.csv', check: checkNotEmpty });

/** One JSON document. */
export const json = defineArtifact({ kind: 'json', extension: '.json', check: checkJson });

/** A page for people: one self-contained HTML file. */
export const report = defineArtifact({ kind: 'report', extension: '.html', check: checkNotEmpty });

/** A folder with `model.onnx`, its preprocessing inside the graph, and `model.json`, which says what goes in and out. */
export const onnxModel = defineArtifact({ kind: 'onnx-model', directory: true, check: checkModel });

/** A folder with files of any kind. */
export const directory = defineArtifact({ kind: 'directory', directory: true, check: checkDirectory });

/** Finite numbers by declared name, for gates, comparisons and `dvc metrics`. */
export function metrics<const Names extends string>(...names: Names[]): MetricsType<Names> {
  return { kind: 'metrics', extension: '.json', directory: false, names, check: (path) => checkMetrics(path, names) };
}

/** An input that takes what a fanned-out step produced, or several outputs of one kind. */
export function many<Kind extends string>(type: ArtifactType<Kind>): ManyType<Kind> {
  return { manyOf: type };
}
