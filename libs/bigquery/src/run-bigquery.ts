import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PlatformError } from '@ml-platform/errors';
import { bigQueryApi } from './api/bigquery-api.ts';
import { signIn } from './api/sign-in.ts';
import { withDataset } from './dataset.ts';
import { loadTables } from './inputs/load-tables.ts';
import { tableSources } from './inputs/table-source.ts';
import { type RunOf, runNames } from './names.ts';
import type { BigQueryArguments, BigQueryContext, BigQueryOptions, BigQueryRun, RunContext } from './options.ts';
import { planOutputs } from './outputs/output-form.ts';
import { writeOutputs } from './outputs/write-outputs.ts';
import { queryParameters } from './script/query-parameters.ts';
import { runScript, type Script } from './script/run-script.ts';
import { readSettings } from './settings.ts';
import { withStaging } from './staging.ts';

/**
 * Runs a GoogleSQL script in BigQuery as a step: inputs become tables of their names, parameters `@name`, and tables or
 * models of the outputs' names become the outputs. All of it happens in a dataset of this run's own, removed at the end.
 *
 * @throws PlatformError `config` for what can't work, before anything is started; `environment` where BigQuery can't be
 * reached or denies; `data` for an input that it can't read; `step` for a script that fails, as `FILE:LINE:COLUMN: …`.
 * @example
 * ```ts
 * export async function run(context: StepContext<typeof forecast>): Promise<void> {
 *   await runBigQuery(context, new URL('./forecast.sql', import.meta.url));
 * }
 * ```
 */
export async function runBigQuery<AnyStep>(
  context: BigQueryContext<AnyStep>,
  sql: URL,
  ...[options = {}]: BigQueryArguments<AnyStep>
): Promise<BigQueryRun> {
  const file = fileURLToPath(sql);
  const { step = basename(file, extname(file)), project } = context;
  const runContext = context as unknown as RunContext;
  return run(runContext, file, options as BigQueryOptions, { step, project });
}

async function run(context: RunContext, file: string, options: BigQueryOptions, of: RunOf): Promise<BigQueryRun> {
  const settings = readSettings();
  const { dryRun = false, metrics } = options;
  const outputs = dryRun
    ? []
    : planOutputs(context.outputs, metrics as readonly string[] | undefined, settings.staging);
  const sources = tableSources(context.inputs, options.tables);
  const script = await readScript(file, context, options);
  const { project, headers } = await signIn(settings.project);
  const api = bigQueryApi({ url: settings.url, headers }, project, settings.location);
  const names = runNames(of, options.labels);
  const { log, signal } = context;
  const needsStaging = outputs.some(({ form }) => form !== 'metrics');
  const stagingUri = needsStaging ? `${settings.staging}/${names.dataset}` : undefined;
  return withStaging(stagingUri, log, (staging) =>
    withDataset(api, names, context, async () => {
      await loadTables(api, names, sources, context);
      const done = await runScript(api, script, {
        names,
        maximumBytesBilled: options.maximumBytesBilled,
        dryRun,
        log,
        signal,
      });
      await writeOutputs(outputs, { api, names, staging, signal, file: script.file, log });
      return done;
    }),
  );
}

async function readScript(path: string, { params }: RunContext, { types }: BigQueryOptions): Promise<Script> {
  const sql = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new PlatformError(`the query ${path} can't be read`, {
      code: 'notFound',
      hint: "name a file beside the module: new URL('./forecast.sql', import.meta.url)",
      cause,
    });
  });
  return { file: basename(path), sql, parameters: queryParameters(sql, params, types) };
}
