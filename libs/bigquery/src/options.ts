import type { MetricsType, StepContext } from '@ml-platform/pipeline';
import type { ScalarType } from './script/query-parameters.ts';

export interface BigQueryOptions<AnyStep = unknown> {
  /** Outputs that are metrics; `metrics` alone unless given. Others that end in `.json` are lists of rows. */
  readonly metrics?: readonly MetricsNames<AnyStep>[];
  /** Types of parameters (of a list: of what is in it), where they don't follow from the value: `{ rate: 'FLOAT64' }`. */
  readonly types?: Readonly<Record<string, ScalarType>>;
  /** More tables, by name: what lies in Cloud Storage, as `gs://lake/visits/*.parquet`. */
  readonly tables?: Readonly<Record<string, string | readonly string[]>>;
  /** In bytes; a query that would be billed for more fails, and costs nothing. */
  readonly maximumBytesBilled?: number | bigint;
  /** Of the dataset and of every job, beside those that name the pipeline and the step. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Loads the inputs and asks what the query would process; runs nothing, writes no output. */
  readonly dryRun?: boolean;
}

export interface BigQueryRun {
  /** Of the query. */
  readonly jobId: string;
  /** What the query read; what it would read, where it was a dry run. */
  readonly bytesProcessed: number;
  /** 0 for a dry run. */
  readonly bytesBilled: number;
}

type OutputsOf<AnyStep> = AnyStep extends { readonly outputs: infer Outputs } ? Outputs : never;

type MetricsNames<AnyStep> = {
  [Name in keyof OutputsOf<AnyStep>]: OutputsOf<AnyStep>[Name] extends MetricsType ? Name : never;
}[keyof OutputsOf<AnyStep>] &
  string;

/** What is taken for metrics unless the options say what is. */
type Assumed<AnyStep> = keyof OutputsOf<AnyStep> & 'metrics';

type AreAssumed<AnyStep> = [MetricsNames<AnyStep>] extends [Assumed<AnyStep>]
  ? [Assumed<AnyStep>] extends [MetricsNames<AnyStep>]
    ? true
    : false
  : false;

/** The options, which can be left out unless a step's metrics have another name than `metrics`. */
export type BigQueryArguments<AnyStep> =
  AreAssumed<AnyStep> extends true
    ? [options?: BigQueryOptions<AnyStep>]
    : [options: BigQueryOptions<AnyStep> & Required<Pick<BigQueryOptions<AnyStep>, 'metrics'>>];

/**
 * What a step is called with. A file doesn't tell what it was declared, so metrics go by their names; the step runner also
 * says of which project and step it is, by which the dataset is named.
 */
export type BigQueryContext<AnyStep> = StepContext<AnyStep> & { readonly step?: string; readonly project?: string };

/** The same, as the library's own parts see it. */
export interface RunContext {
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, string | readonly string[]>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly log: (message: string) => void;
  readonly signal: AbortSignal;
}
