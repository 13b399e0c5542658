import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duckdbWarehouse } from './duckdb-warehouse.ts';
import { type ApiRequest, type GoogleServer, googleServer, refused } from './google-server.ts';
import { type Dataset, type Job, runJob } from './server-jobs.ts';

export interface BigQueryServer extends GoogleServer {
  /** A folder with all buckets: `gs://b/x` is `b/x` in it. */
  readonly lake: string;
  /** Datasets that are there. */
  readonly datasets: ReadonlyMap<string, Dataset>;
  /** Requests of a method, in order. */
  readonly asked: (method: string) => readonly ApiRequest[];
}

/**
 * The used part of BigQuery: requests and answers as published, data in a DuckDB, Cloud Storage in a folder. Models are
 * constants. SQL is what GoogleSQL and DuckDB have in common.
 */
export async function bigQueryServer(): Promise<BigQueryServer> {
  const lake = await mkdtemp(join(tmpdir(), 'lake-'));
  const warehouse = await duckdbWarehouse();
  const datasets = new Map<string, Dataset>();
  const jobs = new Map<string, Job>();
  const server = await googleServer({
    'bigquery.datasets.insert': async ({ body }) => {
      const { datasetId } = (body as { datasetReference: { datasetId: string } }).datasetReference;
      if (datasets.has(datasetId)) return refused(409, 'duplicate', `Already Exists: Dataset ${datasetId}`);
      await warehouse.create(datasetId);
      datasets.set(datasetId, { resource: body, models: new Map() });
      return { json: body };
    },
    'bigquery.datasets.delete': async ({ path, query }) => {
      const { datasetId = '' } = path;
      if (!datasets.has(datasetId)) return refused(404, 'notFound', `Not found: Dataset ${datasetId}`);
      if (query.deleteContents !== 'true') return refused(400, 'resourceInUse', `Dataset ${datasetId} is still in use`);
      datasets.delete(datasetId);
      await warehouse.remove(datasetId);
      return {};
    },
    'bigquery.jobs.insert': ({ body, data }) => {
      const job: Job = {
        status: { state: 'PENDING' },
        statistics: {},
        ...(body as Pick<Job, 'jobReference' | 'configuration'>),
      };
      const { jobId } = job.jobReference;
      if (jobs.has(jobId)) return refused(409, 'duplicate', `Already Exists: Job ${jobId}`);
      jobs.set(jobId, job);
      void runJob({ warehouse, datasets, jobs, lake }, job, data);
      return { json: job };
    },
    'bigquery.jobs.get': ({ path }) => {
      const job = jobs.get(path.jobId ?? '');
      return job ? { json: job } : refused(404, 'notFound', `Not found: Job ${path.jobId}`);
    },
    'bigquery.jobs.list': ({ query }) => {
      const found = [...jobs.values()].filter(({ parent }) => parent === query.parentJobId).toReversed();
      return { json: { jobs: found.map(({ parent: _, ...job }) => job) } };
    },
    'bigquery.jobs.cancel': ({ path }) => {
      const job = jobs.get(path.jobId ?? '');
      if (job === undefined) return refused(404, 'notFound', `Not found: Job ${path.jobId}`);
      if (job.status.state !== 'DONE') warehouse.interrupt();
      return { json: { job } };
    },
    'bigquery.tables.list': async ({ path }) => {
      const names = await warehouse.tables(path.datasetId ?? '');
      return { json: { tables: names.map((tableId) => ({ tableReference: { ...path, tableId } })) } };
    },
    'bigquery.tables.get': async ({ path }) => {
      const fields = await warehouse.fields(path.datasetId ?? '', path.tableId ?? '');
      return { json: { tableReference: path, schema: { fields } } };
    },
    'bigquery.tabledata.list': async ({ path, query }) => {
      const rows = await warehouse.run(path.datasetId ?? '', `SELECT * FROM ${path.tableId} LIMIT ${query.maxResults}`);
      const cell = (v: unknown) => ({ v: v === null ? null : String(v) });
      return { json: { rows: rows.map((row) => ({ f: row.map(cell) })) } };
    },
    'bigquery.models.list': ({ path }) => {
      const names = [...(datasets.get(path.datasetId ?? '')?.models.keys() ?? [])];
      return { json: { models: names.map((modelId) => ({ modelReference: { ...path, modelId } })) } };
    },
  });
  return {
    ...server,
    lake,
    datasets,
    asked: (method) => server.requests.filter((request) => request.method === method),
    close: async () => {
      await server.close();
      warehouse.close();
      await rm(lake, { recursive: true, force: true });
    },
  };
}
