import type { z } from 'zod';
import { ask, askJson, findRefusal, type Rest, type RestRequest } from './rest.ts';
import { type Job, job, jobPage, modelPage, rows, type TableField, table, tablePage } from './resources.ts';
import { uploadJob } from './upload-job.ts';

/** BigQuery, in one project and location. */
export interface BigQueryApi {
  readonly project: string;
  readonly location: string;
  createDataset(id: string, settings: DatasetSettings, signal: AbortSignal): Promise<void>;
  /** With all that is in it. */
  removeDataset(id: string, signal: AbortSignal): Promise<void>;
  /** Starts a job under a name of our own; asked twice, it is started once. */
  startJob(id: string, configuration: JobConfiguration, signal: AbortSignal): Promise<Job>;
  /** The same, of a load job whose data come along. */
  startUpload(id: string, configuration: JobConfiguration, file: string, signal: AbortSignal): Promise<Job>;
  job(id: string, signal: AbortSignal): Promise<Job>;
  cancelJob(id: string, signal: AbortSignal): Promise<void>;
  /** Jobs of the statements of a script, the newest first. */
  childJobs(id: string, signal: AbortSignal): Promise<Job[]>;
  tables(dataset: string, signal: AbortSignal): Promise<string[]>;
  models(dataset: string, signal: AbortSignal): Promise<string[]>;
  fields(dataset: string, table: string, signal: AbortSignal): Promise<readonly TableField[]>;
  /** The first rows of a table, whose values are text. */
  rows(dataset: string, table: string, count: number, signal: AbortSignal): Promise<unknown[][]>;
}

export interface DatasetSettings {
  readonly description: string;
  readonly labels: Readonly<Record<string, string>>;
  /** After which a table or a model is removed by BigQuery. */
  readonly expirationMilliseconds: number;
}

/** `configuration` of BigQuery's `jobs.insert`. */
export type JobConfiguration = Readonly<Record<string, unknown>>;

export function bigQueryApi(rest: Rest, project: string, location: string): BigQueryApi {
  const base = `/bigquery/v2/projects/${project}`;
  const send = (request: RestRequest) => askJson(rest, request);
  const resource = (id: string, configuration: JobConfiguration) => ({
    jobReference: { projectId: project, jobId: id, location },
    configuration,
  });
  /** One that is there already is ours: the answer to a first attempt got lost. How it is doing is looked at later. */
  const started = (start: Promise<unknown>) =>
    start.then(
      (answer) => job.parse(answer),
      (thrown: unknown) => {
        if (findRefusal(thrown)?.status !== 409) throw thrown;
        return job.parse({ status: { state: 'PENDING' } });
      },
    );
  return {
    project,
    location,
    createDataset: async (id, { description, labels, expirationMilliseconds }, signal) => {
      const datasetReference = { projectId: project, datasetId: id };
      const defaultTableExpirationMs = String(expirationMilliseconds);
      const json = { datasetReference, location, description, labels, defaultTableExpirationMs };
      await send({ method: 'POST', path: `${base}/datasets`, json, signal }).catch(unless(409));
    },
    removeDataset: async (id, signal) => {
      const query = { deleteContents: 'true' };
      await ask(rest, { method: 'DELETE', path: `${base}/datasets/${id}`, query, signal }).catch(unless(404));
    },
    startJob: (id, configuration, signal) =>
      started(send({ method: 'POST', path: `${base}/jobs`, json: resource(id, configuration), signal })),
    startUpload: (id, configuration, file, signal) =>
      started(uploadJob(rest, { path: `/upload${base}/jobs`, json: resource(id, configuration), signal }, file)),
    job: async (id, signal) => job.parse(await send({ path: `${base}/jobs/${id}`, query: { location }, signal })),
    cancelJob: async (id, signal) => {
      const query = { location };
      await ask(rest, { method: 'POST', path: `${base}/jobs/${id}/cancel`, query, signal }).catch(unless(404));
    },
    childJobs: async (id, signal) => {
      const query = { parentJobId: id, projection: 'full' };
      return (await pages(send, { path: `${base}/jobs`, query, signal }, jobPage)).flatMap(({ jobs }) => jobs);
    },
    tables: async (dataset, signal) => {
      const found = await pages(send, { path: `${base}/datasets/${dataset}/tables`, signal }, tablePage);
      return found.flatMap(({ tables }) => tables.map(({ tableReference }) => tableReference.tableId));
    },
    models: async (dataset, signal) => {
      const found = await pages(send, { path: `${base}/datasets/${dataset}/models`, signal }, modelPage);
      return found.flatMap(({ models }) => models.map(({ modelReference }) => modelReference.modelId));
    },
    fields: async (dataset, name, signal) => {
      const path = `${base}/datasets/${dataset}/tables/${encodeURIComponent(name)}`;
      return table.parse(await send({ path, signal })).schema.fields;
    },
    rows: async (dataset, name, count, signal) => {
      const path = `${base}/datasets/${dataset}/tables/${encodeURIComponent(name)}/data`;
      const found = rows.parse(await send({ path, query: { maxResults: String(count) }, signal }));
      return found.rows.map(({ f }) => f.map(({ v }) => v));
    },
  };
}

function unless(status: number) {
  return (thrown: unknown) => {
    if (findRefusal(thrown)?.status !== status) throw thrown;
  };
}

async function pages<Page extends { readonly nextPageToken?: string | undefined }>(
  send: (request: RestRequest) => Promise<unknown>,
  request: RestRequest,
  schema: z.ZodType<Page>,
): Promise<Page[]> {
  const found: Page[] = [];
  let pageToken: string | undefined;
  do {
    const query = { ...request.query, maxResults: '1000', ...(pageToken && { pageToken }) };
    const page = schema.parse(await send({ ...request, query }));
    found.push(page);
    pageToken = page.nextPageToken;
  } while (pageToken);
  return found;
}
