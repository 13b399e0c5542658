import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { BigQueryApi, JobConfiguration } from '../api/bigquery-api.ts';
import type { Job } from '../api/resources.ts';
import { followJob } from '../jobs/follow-job.ts';
import { asJobError, succeeded } from '../jobs/job-error.ts';
import type { RunNames } from '../names.ts';
import type { RunContext } from '../options.ts';
import { bytes } from '../words.ts';
import { asJsonLines } from './json-lines.ts';
import type { SourceFormat, TableSource } from './table-source.ts';

type LoadContext = Pick<RunContext, 'log' | 'signal'>;

/**
 * Makes a table of each source, in the run's dataset: what lies in Cloud Storage is read there, files are uploaded.
 *
 * @throws PlatformError `data` where BigQuery can't read one, with its words.
 */
export async function loadTables(
  api: BigQueryApi,
  names: RunNames,
  sources: readonly TableSource[],
  context: LoadContext,
): Promise<void> {
  for (const source of sources) {
    const jobs = source.uris.length > 0 ? [await loadUris(api, names, source, context)] : [];
    for (const index of source.files.keys()) jobs.push(await loadFile(api, names, source, index, context));
    const [rows, size] = [sum(jobs, 'outputRows'), sum(jobs, 'outputBytes')];
    context.log(`table ${source.table}: ${rows} rows, ${bytes(size)}`);
  }
}

function sum(jobs: readonly Job[], what: 'outputRows' | 'outputBytes'): number {
  return jobs.reduce((total, { statistics }) => total + (statistics.load?.[what] ?? 0), 0);
}

function loadUris(api: BigQueryApi, names: RunNames, source: TableSource, context: LoadContext): Promise<Job> {
  const id = names.jobId(`load_${source.table}`);
  const load = { ...loadConfiguration(api, names, source, 0), sourceUris: source.uris };
  const configuration = { labels: names.labels, load };
  return loadJob(api, source, id, () => api.startJob(id, configuration, context.signal), context);
}

async function loadFile(
  api: BigQueryApi,
  names: RunNames,
  source: TableSource,
  index: number,
  context: LoadContext,
): Promise<Job> {
  const folder = await mkdtemp(join(tmpdir(), 'load-'));
  try {
    const original = source.files[index] ?? '';
    const isJson = source.format === 'NEWLINE_DELIMITED_JSON';
    const file = isJson ? await asJsonLines(original, join(folder, basename(original))) : original;
    const id = names.jobId(`load_${source.table}_${index}`);
    const configuration = { labels: names.labels, load: loadConfiguration(api, names, source, index) };
    return await loadJob(api, source, id, () => api.startUpload(id, configuration, file, context.signal), context);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function loadJob(
  api: BigQueryApi,
  { table, uris, files }: TableSource,
  id: string,
  start: () => Promise<Job>,
  { signal }: LoadContext,
): Promise<Job> {
  const hint = `look at ${[...uris, ...files].join(', ')}: Parquet tells types by itself, those of CSV and JSON are guessed`;
  const purpose = { name: `table '${table}'`, code: 'data', hint } as const;
  try {
    return succeeded(await followJob(api, id, start, { signal }), purpose);
  } catch (thrown) {
    throw asJobError(thrown, purpose);
  }
}

const READING: Readonly<Record<SourceFormat, JobConfiguration>> = {
  PARQUET: { parquetOptions: { enableListInference: true } },
  CSV: { autodetect: true, skipLeadingRows: 1, allowQuotedNewlines: true },
  NEWLINE_DELIMITED_JSON: { autodetect: true },
};

function loadConfiguration(
  { project }: BigQueryApi,
  { dataset }: RunNames,
  { table, format }: TableSource,
  index: number,
): JobConfiguration {
  return {
    destinationTable: { projectId: project, datasetId: dataset, tableId: table },
    sourceFormat: format,
    writeDisposition: index === 0 ? 'WRITE_TRUNCATE' : 'WRITE_APPEND',
    ...READING[format],
  };
}
