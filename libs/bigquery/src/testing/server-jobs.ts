import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { messageOf } from '@ml-platform/errors';
import type { QueryParameter } from '../script/query-parameters.ts';
import { type ConstantModel, expandModels, parseCreateModel } from './constant-models.ts';
import { lakePath, type Warehouse } from './duckdb-warehouse.ts';
import { type Statement, splitScript } from './split-script.ts';

export interface Dataset {
  readonly resource: unknown;
  readonly models: Map<string, ConstantModel>;
}

export interface Job {
  readonly jobReference: { readonly projectId: string; readonly jobId: string; readonly location?: string };
  readonly configuration: Configuration;
  status: { state: string; errorResult?: Problem; errors?: Problem[] };
  statistics: Record<string, unknown>;
  readonly parent?: string;
}

interface Problem {
  readonly reason: string;
  readonly message: string;
}

/** What the requests hold, which the published schema has checked. */
interface Configuration {
  readonly dryRun?: boolean;
  readonly query?: {
    readonly query: string;
    readonly defaultDataset?: { readonly datasetId: string };
    readonly queryParameters?: readonly QueryParameter[];
    readonly maximumBytesBilled?: string;
  };
  readonly load?: {
    readonly destinationTable: { readonly datasetId: string; readonly tableId: string };
    readonly sourceFormat: string;
    readonly sourceUris?: readonly string[];
    readonly writeDisposition: string;
  };
  readonly extract?: {
    readonly sourceTable: { readonly datasetId: string; readonly tableId: string };
    readonly destinationUris: readonly [string];
    readonly destinationFormat: string;
  };
}

/** What each statement is said to have read; billed are 10 MB at least, as BigQuery has it. */
const BYTES_PER_STATEMENT = 1_000_000;
const LEAST_BILLED = 10_485_760;

export interface Service {
  readonly warehouse: Warehouse;
  readonly datasets: ReadonlyMap<string, Dataset>;
  readonly jobs: Map<string, Job>;
  readonly lake: string;
}

/** Runs a job to its end, which it is given as its status. */
export async function runJob(service: Service, job: Job, data: Buffer | undefined): Promise<void> {
  const { load, extract } = job.configuration;
  const startTime = Date.now();
  try {
    job.status.state = 'RUNNING';
    if (load) job.statistics.load = await runLoad(service, load, data);
    else if (extract) await runExtract(service, extract);
    else await runQuery(service, job);
  } catch (thrown) {
    job.status.errorResult = problemOf(thrown);
    job.status.errors = [job.status.errorResult];
  }
  job.statistics = { ...job.statistics, startTime: String(startTime), endTime: String(Date.now()) };
  job.status.state = 'DONE';
}

class JobProblem extends Error {
  readonly reason: string;
  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

function problemOf(thrown: unknown): Problem {
  if (thrown instanceof JobProblem) return { reason: thrown.reason, message: thrown.message };
  const message = messageOf(thrown);
  if (message.startsWith('INTERRUPT'))
    return { reason: 'stopped', message: 'Job execution was cancelled: User requested cancellation' };
  return { reason: 'invalidQuery', message };
}

async function runLoad(
  { warehouse, lake }: Service,
  load: NonNullable<Configuration['load']>,
  data: Buffer | undefined,
) {
  const { destinationTable, sourceFormat, sourceUris = [], writeDisposition } = load;
  const { datasetId, tableId } = destinationTable;
  const folder = await mkdtemp(join(tmpdir(), 'upload-'));
  try {
    const uploaded = join(folder, 'data');
    if (data) await writeFile(uploaded, data);
    const files = data ? [uploaded] : sourceUris.map((uri) => lakePath(lake, uri));
    let rows = 0;
    for (const [index, file] of files.entries()) {
      const append = writeDisposition === 'WRITE_APPEND' || index > 0;
      rows += await warehouse.load(datasetId, tableId, file, { format: sourceFormat, append });
    }
    return { outputRows: String(rows), outputBytes: String(rows * 16) };
  } catch (thrown) {
    throw new JobProblem('invalid', `Error while reading data, error message: ${messageOf(thrown).split('\n')[0]}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function runExtract({ warehouse, lake }: Service, extract: NonNullable<Configuration['extract']>): Promise<void> {
  const { sourceTable, destinationUris, destinationFormat } = extract;
  const [uri] = destinationUris;
  if (sourceTable.tableId.startsWith('huge') && !uri.includes('*')) {
    const words = 'Table too large to be exported to a single file. Specify a uri including a * to shard export.';
    throw new JobProblem('invalid', words);
  }
  const file = lakePath(lake, uri.replace('*', '000000000000'));
  await warehouse.extract(sourceTable.datasetId, sourceTable.tableId, file, destinationFormat);
}

async function runQuery(service: Service, job: Job): Promise<void> {
  const { query, dryRun } = job.configuration;
  if (query === undefined) return;
  const statements = splitScript(query.query);
  const processed = statements.length * BYTES_PER_STATEMENT;
  const billed = statements.length * LEAST_BILLED;
  if (Number(query.maximumBytesBilled ?? Number.POSITIVE_INFINITY) < billed) {
    const words = `Query exceeded limit for bytes billed: ${query.maximumBytesBilled}. ${billed} or higher required.`;
    throw new JobProblem('bytesBilledLimitExceeded', words);
  }
  const isScript = statements.length > 1;
  if (!dryRun) for (const statement of statements) await runStatement(service, job, statement, isScript);
  const numbers = { totalBytesProcessed: String(processed), totalBytesBilled: dryRun ? '0' : String(billed) };
  job.statistics.totalBytesProcessed = numbers.totalBytesProcessed;
  job.statistics.query = { ...numbers, ...(isScript && { statementType: 'SCRIPT' }) };
}

async function runStatement(service: Service, job: Job, statement: Statement, isScript: boolean): Promise<void> {
  const stackFrames = [{ startLine: statement.line, startColumn: statement.column }];
  const jobId = `script_job_${service.jobs.size}`;
  const child: Job = {
    jobReference: { ...job.jobReference, jobId },
    configuration: {},
    status: { state: 'RUNNING' },
    statistics: { startTime: String(Date.now()), scriptStatistics: { evaluationKind: 'STATEMENT', stackFrames } },
    parent: job.jobReference.jobId,
  };
  if (isScript) {
    service.jobs.set(jobId, child);
    job.statistics.numChildJobs = String(Number(job.statistics.numChildJobs ?? 0) + 1);
  }
  try {
    await execute(service, job, statement.sql);
  } catch (thrown) {
    child.status.errorResult = problemOf(thrown);
    if (child.status.errorResult.reason === 'stopped') throw thrown;
    throw new JobProblem('invalidQuery', `Query error: ${located(messageOf(thrown), statement)}`);
  } finally {
    child.status.state = 'DONE';
    const statementType = statement.sql.split(/\s+/, 2).join('_').toUpperCase();
    child.statistics.query = { statementType, totalBytesProcessed: String(BYTES_PER_STATEMENT) };
    child.statistics.endTime = String(Date.now());
  }
}

async function execute({ warehouse, datasets, lake }: Service, { configuration }: Job, sql: string): Promise<void> {
  const { defaultDataset, queryParameters } = configuration.query ?? {};
  const [, dataset, model, uri] =
    /^EXPORT MODEL `[^.]+\.([^.]+)\.([^`]+)` OPTIONS \(URI = '([^']+)'\)$/.exec(sql) ?? [];
  if (uri !== undefined) return exportModel(lakePath(lake, uri), datasets.get(dataset ?? '')?.models.get(model ?? ''));
  const datasetId = defaultDataset?.datasetId ?? '';
  const models = datasets.get(datasetId)?.models ?? new Map<string, ConstantModel>();
  const find = (name: string) => {
    const found = models.get(name);
    if (found === undefined) throw new Error(`Not found: Model ${datasetId}.${name}`);
    return found;
  };
  const run = (text: string) => warehouse.run(datasetId, expandModels(text, find), queryParameters);
  const create = parseCreateModel(sql);
  if (create === undefined) return void (await run(sql));
  const [row] = await run(`SELECT avg(${create.label}) FROM (${create.query})`);
  models.set(create.name, { ...create, mean: Number(row?.[0]) });
}

async function exportModel(folder: string, model: ConstantModel | undefined): Promise<void> {
  if (model === undefined) throw new Error('Not found: Model');
  for (const [name, text] of Object.entries({
    'saved_model.pb': model.label,
    'variables/variables.index': `${model.mean}`,
  })) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

/** DuckDB points at a place with a caret, BigQuery by line and column. */
function located(message: string, { line, column }: Statement): string {
  const [, at = '1', text = '', blanks = ''] = /LINE (\d+): (.*)\n( *)\^/.exec(message) ?? [];
  const row = Number(at);
  const within = text === '' ? 0 : blanks.length - `LINE ${at}: `.length;
  const words = message.split('\n')[0];
  return `${words} at [${line + row - 1}:${row === 1 ? column + within : within + 1}]`;
}
