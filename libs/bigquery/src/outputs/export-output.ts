import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { BigQueryApi, JobConfiguration } from '../api/bigquery-api.ts';
import { followJob } from '../jobs/follow-job.ts';
import { asJobError, succeeded } from '../jobs/job-error.ts';
import type { RunNames } from '../names.ts';
import type { Staging } from '../staging.ts';
import { exportedRow } from './json-rows.ts';

export interface ExportContext {
  readonly api: BigQueryApi;
  readonly names: RunNames;
  /** There where an output goes through it. */
  readonly staging: Staging | undefined;
  readonly signal: AbortSignal;
}

type FileForm = 'parquet' | 'csv' | 'json';

const FORMATS: Readonly<Record<FileForm, JobConfiguration>> = {
  parquet: { destinationFormat: 'PARQUET', compression: 'ZSTD' },
  csv: { destinationFormat: 'CSV' },
  json: { destinationFormat: 'NEWLINE_DELIMITED_JSON' },
};

/** A table, as one file; of JSON, a list of its rows. */
export async function exportFile(table: string, form: FileForm, path: string, context: ExportContext): Promise<void> {
  const { uri, store } = stagingOf(context);
  const name = `${table}.${form}`;
  await extract(table, form, `${uri}/${name}`, context);
  if (form !== 'json') return store.download(name, path);
  const folder = await mkdtemp(join(tmpdir(), 'rows-'));
  try {
    await store.download(name, join(folder, name));
    await writeList(join(folder, name), path, table, context);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A table of any size, as a folder of Parquet files. */
export async function exportParts(table: string, path: string, context: ExportContext): Promise<void> {
  await extract(table, 'parquet', `${stagingOf(context).uri}/${table}/part-*.parquet`, context);
  await fetchFolder(table, path, context);
}

/** A model, as the files that BigQuery makes of its type. */
export async function exportModel(model: string, path: string, context: ExportContext): Promise<void> {
  const { api, names } = context;
  const name = `\`${api.project}.${names.dataset}.${model}\``;
  const query = `EXPORT MODEL ${name} OPTIONS (URI = '${stagingOf(context).uri}/${model}/')`;
  await run(model, { query: { query, useLegacySql: false } }, context);
  await fetchFolder(model, path, context);
}

function stagingOf({ staging }: ExportContext): Staging {
  if (staging === undefined) throw new Error('an output that goes through staging was planned without one');
  return staging;
}

async function extract(table: string, form: FileForm, uri: string, context: ExportContext): Promise<void> {
  const { api, names } = context;
  const sourceTable = { projectId: api.project, datasetId: names.dataset, tableId: table };
  await run(table, { extract: { sourceTable, destinationUris: [uri], ...FORMATS[form] } }, context);
}

async function run(
  name: string,
  configuration: JobConfiguration,
  { api, names, signal }: ExportContext,
): Promise<void> {
  const id = names.jobId(`export_${name}`);
  const hint = 'the words are those of BigQuery: change what the query makes, or how the output is declared';
  const purpose = { name: `output '${name}'`, code: 'step', hint } as const;
  const start = () => api.startJob(id, { labels: names.labels, ...configuration }, signal);
  try {
    succeeded(await followJob(api, id, start, { signal }), purpose);
  } catch (thrown) {
    throw asJobError(thrown, purpose);
  }
}

async function fetchFolder(name: string, path: string, context: ExportContext): Promise<void> {
  const { store } = stagingOf(context);
  await mkdir(path, { recursive: true });
  for (const file of await store.list(`${name}/`)) {
    context.signal.throwIfAborted();
    await store.download(file, join(path, file.slice(name.length + 1)));
  }
}

/** Rows go from line to list as a stream: a table can be larger than memory. */
async function writeList(lines: string, path: string, table: string, { api, names, signal }: ExportContext) {
  const fields = await api.fields(names.dataset, table, signal);
  await writeFile(
    path,
    (async function* () {
      let separator = '[\n';
      for await (const line of createInterface({
        input: createReadStream(lines),
        crlfDelay: Number.POSITIVE_INFINITY,
      })) {
        yield `${separator}${JSON.stringify(exportedRow(line, fields))}`;
        separator = ',\n';
      }
      yield separator === ',\n' ? '\n]\n' : '[]\n';
    })(),
    { signal },
  );
}
