import { writeFile } from 'node:fs/promises';
import { PlatformError, suggest } from '@ml-platform/errors';
import { type ExportContext, exportFile, exportModel, exportParts } from './export-output.ts';
import type { PlannedOutput } from './output-form.ts';
import { readMetrics } from './read-metrics.ts';

export interface OutputContext extends ExportContext {
  /** `forecast.sql` */
  readonly file: string;
  readonly log: (message: string) => void;
}

/**
 * Writes what the script left: tables as files, metrics from their row, a model as the folder that BigQuery exports.
 *
 * @throws PlatformError `step` for a table or model that the script didn't make, and for what BigQuery can't export.
 */
export async function writeOutputs(outputs: readonly PlannedOutput[], context: OutputContext): Promise<void> {
  if (outputs.length === 0) return;
  const { api, names, signal } = context;
  const [tables, models] = [await api.tables(names.dataset, signal), await api.models(names.dataset, signal)];
  for (const output of outputs)
    refuseMissing(output, output.form === 'folder' ? [...models, ...tables] : tables, context);
  for (const output of outputs) {
    await writeOutput(output, models.includes(output.name), context);
    context.log(`output ${output.name}: written`);
  }
}

function refuseMissing({ name, form }: PlannedOutput, made: readonly string[], { file }: OutputContext): void {
  if (made.includes(name)) return;
  const what = form === 'folder' ? 'model or table' : 'table';
  throw new PlatformError(`${file} made no ${what} '${name}', of which output '${name}' would be made`, {
    code: 'step',
    hint: suggest(name, made, form === 'folder' ? 'models and tables' : 'tables'),
  });
}

async function writeOutput(
  { name, path, form }: PlannedOutput,
  isModel: boolean,
  context: OutputContext,
): Promise<void> {
  if (form === 'folder') return (isModel ? exportModel : exportParts)(name, path, context);
  if (form !== 'metrics') return exportFile(name, form, path, context);
  const values = await readMetrics(context.api, context.names.dataset, name, context.signal);
  await writeFile(path, `${JSON.stringify(values, null, 2)}\n`);
}
