import { extname } from 'node:path';
import { PlatformError, suggest } from '@ml-platform/errors';

/** What an output is made of. */
export type OutputForm = 'parquet' | 'csv' | 'json' | 'metrics' | 'folder';

export interface PlannedOutput {
  readonly name: string;
  /** On this machine. */
  readonly path: string;
  readonly form: OutputForm;
}

const FORMS: Readonly<Record<string, OutputForm>> = {
  '.parquet': 'parquet',
  '.csv': 'csv',
  '.json': 'json',
  '': 'folder',
};

/**
 * Tells, before anything is run, what each output is to be made of.
 *
 * @throws PlatformError `config` for one that BigQuery can't write, for metrics that are no output, and where there are
 * files to fetch and no place for BigQuery to put them.
 */
export function planOutputs(
  outputs: Readonly<Record<string, string>>,
  metrics: readonly string[] | undefined,
  staging: string | undefined,
): PlannedOutput[] {
  const odd = metrics?.find((name) => !(name in outputs));
  if (odd !== undefined) throw noOutput(odd, Object.keys(outputs));
  const planned = Object.entries(outputs).map(([name, path]) => {
    const form = (metrics ?? ['metrics']).includes(name) ? 'metrics' : FORMS[extname(path)];
    if (form === undefined) throw unwritable(name, path);
    return { name, path, form };
  });
  const fetched = planned.find(({ form }) => form !== 'metrics');
  if (fetched !== undefined && staging === undefined) throw noStaging(fetched.name);
  return planned;
}

function noOutput(name: string, outputs: readonly string[]): PlatformError {
  return new PlatformError(`the option metrics names '${name}', which is no output of the step`, {
    code: 'config',
    hint: suggest(name, outputs, 'outputs'),
  });
}

function unwritable(name: string, path: string): PlatformError {
  return new PlatformError(`output '${name}' is a ${extname(path)} file, which BigQuery doesn't write`, {
    code: 'config',
    hint: 'declare it as parquet(), csv(), json(), metrics() or directory(), and make the file of it in another step',
  });
}

function noStaging(name: string): PlatformError {
  return new PlatformError(`output '${name}' goes through Cloud Storage, and BIGQUERY_STAGING is not set`, {
    code: 'config',
    hint: 'name a place that who is signed in can write to: BIGQUERY_STAGING=gs://acme-lake/staging',
  });
}
