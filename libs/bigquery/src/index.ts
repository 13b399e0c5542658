export type { BigQueryArguments, BigQueryOptions, BigQueryRun } from './options.ts';
export { runBigQuery } from './run-bigquery.ts';
export type { ScalarType } from './script/query-parameters.ts';
