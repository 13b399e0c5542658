import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BigQueryContext, BigQueryOptions, BigQueryRun } from '../options.ts';
import { runBigQuery } from '../run-bigquery.ts';
import { type Given, type StepRun, stepRun } from './step-run.ts';

export interface QueryRun {
  readonly step: StepRun;
  readonly done: Promise<BigQueryRun>;
}

/** What a step is given; paths of inputs are in its folder, where `files` are written first, by path. */
export interface QueryGiven extends Given {
  readonly files?: Readonly<Record<string, string>>;
}

/** Runs a query, as forecast.sql, in a step of its own. */
export async function runQuery(sql: string, given: QueryGiven = {}, options: BigQueryOptions = {}): Promise<QueryRun> {
  const step = await stepRun(given);
  for (const [name, text] of Object.entries({ ...given.files, 'forecast.sql': sql })) {
    await mkdir(dirname(join(step.folder, name)), { recursive: true });
    await writeFile(join(step.folder, name), text);
  }
  const local = (path: string) => (path.startsWith('gs://') ? path : join(step.folder, path));
  const inputs = Object.entries(given.inputs ?? {}).map(([name, paths]) => [
    name,
    typeof paths === 'string' ? local(paths) : paths.map(local),
  ]);
  const context = { ...step.context, inputs: Object.fromEntries(inputs) } as unknown as BigQueryContext<unknown>;
  const done = runBigQuery<unknown>(context, pathToFileURL(join(step.folder, 'forecast.sql')), options as never);
  // Whoever waits for it sees its failure; until then it isn't one that nobody handles.
  done.catch(() => undefined);
  return { step, done };
}
