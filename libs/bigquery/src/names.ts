import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';

export interface RunNames {
  /** Of the dataset; also of the folder in the staging place. */
  readonly dataset: string;
  readonly labels: Readonly<Record<string, string>>;
  /** A name for a job of this run. */
  readonly jobId: (what: string) => string;
}

/** By which a person finds what a run made. */
export interface RunOf {
  readonly step: string;
  /** Folder of the pipeline, where it is known. */
  readonly project?: string | undefined;
}

/** Names of what a run makes in BigQuery, none of which another run has; `labels` beside its own. */
export function runNames({ step, project }: RunOf, labels: Readonly<Record<string, string>> = {}): RunNames {
  const pipeline = project && basename(project);
  const random = randomBytes(6).toString('hex');
  const dataset = ['ml', ...[pipeline, step].filter((word) => word !== undefined).map(identifier), random].join('_');
  return {
    dataset,
    labels: { ...(pipeline && { 'ml-pipeline': label(pipeline) }), 'ml-step': label(step), ...labels },
    jobId: (what) => `${dataset}_${identifier(what)}`,
  };
}

/** Letters, digits and underscores. */
function identifier(text: string): string {
  return text.replaceAll(/\W/g, '_').slice(0, 60);
}

/** Values of labels: up to 63 lower-case letters, digits, `_` and `-`. */
function label(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z\d_-]/g, '_')
    .slice(0, 63);
}
