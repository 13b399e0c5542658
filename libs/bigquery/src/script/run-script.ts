import type { BigQueryApi, JobConfiguration } from '../api/bigquery-api.ts';
import type { Job } from '../api/resources.ts';
import { followJob } from '../jobs/follow-job.ts';
import { asJobError, type JobPurpose, succeeded } from '../jobs/job-error.ts';
import type { RunNames } from '../names.ts';
import type { BigQueryRun } from '../options.ts';
import { bytes, seconds } from '../words.ts';
import type { QueryParameter } from './query-parameters.ts';

export interface Script {
  /** `forecast.sql` */
  readonly file: string;
  readonly sql: string;
  readonly parameters: readonly QueryParameter[];
}

export interface ScriptOptions {
  readonly names: RunNames;
  readonly maximumBytesBilled: number | bigint | undefined;
  readonly dryRun: boolean;
  readonly log: (message: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Runs a GoogleSQL script as one job, and tells of each statement that ended.
 *
 * @throws PlatformError with BigQuery's words, as `FILE:LINE:COLUMN: …`.
 */
export async function runScript(api: BigQueryApi, script: Script, options: ScriptOptions): Promise<BigQueryRun> {
  const { names, dryRun, log, signal } = options;
  const jobId = names.jobId('query');
  const purpose: JobPurpose = { name: script.file, code: 'step', hint: `mend ${script.file}` };
  const start = () => api.startJob(jobId, configurationOf(api, script, options), signal);
  const watch = tellStatements(api, jobId, script.file, options);
  log(`${dryRun ? 'asking about' : 'running'} ${script.file} as job ${jobId} (${api.project}, ${api.location})`);
  try {
    const job = await followJob(api, jobId, start, { signal, watch });
    if (!dryRun) await watch(job);
    return { jobId, ...reported(succeeded(job, purpose), script.file, options) };
  } catch (thrown) {
    throw asJobError(thrown, purpose);
  }
}

function configurationOf(
  { project }: BigQueryApi,
  { sql, parameters }: Script,
  { names: { dataset, labels }, maximumBytesBilled, dryRun }: ScriptOptions,
): JobConfiguration {
  return {
    labels,
    ...(dryRun && { dryRun }),
    query: {
      query: sql,
      useLegacySql: false,
      defaultDataset: { projectId: project, datasetId: dataset },
      ...(parameters.length > 0 && { parameterMode: 'NAMED', queryParameters: parameters }),
      ...(maximumBytesBilled !== undefined && { maximumBytesBilled: String(maximumBytesBilled) }),
    },
  };
}

function reported({ statistics }: Job, file: string, { dryRun, log }: ScriptOptions): Omit<BigQueryRun, 'jobId'> {
  const bytesProcessed = statistics.query?.totalBytesProcessed ?? statistics.totalBytesProcessed ?? 0;
  const bytesBilled = dryRun ? 0 : (statistics.query?.totalBytesBilled ?? 0);
  if (dryRun) log(`${file} would process ${bytes(bytesProcessed)}`);
  else log(`${file}: ${bytes(bytesProcessed)} processed, ${bytes(bytesBilled)} billed${seconds(statistics)}`);
  return { bytesProcessed, bytesBilled };
}

/** Each statement of a script is a job of its own, which BigQuery makes. */
function tellStatements(api: BigQueryApi, jobId: string, file: string, { log, signal }: ScriptOptions) {
  const told = new Set<string>();
  return async ({ statistics }: Job) => {
    if (statistics.numChildJobs <= told.size) return;
    // Who may run jobs may not always list them; the script runs all the same.
    const jobs = await api.childJobs(jobId, signal).catch(() => []);
    for (const job of jobs.toReversed()) {
      const id = job.jobReference?.jobId ?? '';
      if (job.status.state !== 'DONE' || told.has(id)) continue;
      told.add(id);
      if (job.statistics.scriptStatistics?.evaluationKind !== 'EXPRESSION') log(describe(job, file));
    }
  };
}

function describe({ status, statistics }: Job, file: string): string {
  const { scriptStatistics, query } = statistics;
  const frame = scriptStatistics?.stackFrames.at(-1);
  const place = frame ? `${file}:${frame.startLine}:${frame.startColumn}` : file;
  const what = (query?.statementType ?? 'statement').replaceAll('_', ' ').toLowerCase();
  if (status.errorResult) return `${place} ${what}: failed`;
  return `${place} ${what}: ${bytes(query?.totalBytesProcessed ?? 0)} processed${seconds(statistics)}`;
}
