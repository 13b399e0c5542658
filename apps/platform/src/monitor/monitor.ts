import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { readVersionManifest } from '@ml-platform/registry/shared';
import { parseModelReference } from '../models/model-reference.ts';
import { registryLocation, withRegistry } from '../models/registry-location.ts';
import { WORKSPACE } from '../workspace.ts';
import { type Drift, judgeDrift } from './drift.ts';
import { readMonitorOptions } from './options.ts';
import { withPredictions } from './predictions/open-predictions.ts';
import { readReference } from './reference.ts';
import { describeDrift, driftMarkdown } from './report.ts';

export const MONITOR_HELP = `Compares what a model is asked, and what it answers, with what it was trained on.

  npx platform monitor MODEL [options]

  MODEL                NAME, which means its champion, NAME@ALIAS or NAME:VERSION; its model.json has the reference
  --predictions WHERE  a folder, a pattern or a location in a store (s3://bucket/prefix) of Parquet, CSV or JSON Lines,
                       as the model server's --log-predictions writes them; else the variable PREDICTION_LOG
  --since DATE         only what was asked from this day or instant on, in UTC: 2026-05-01, 2026-05-01T12:00:00Z
  --registry PLACE     the models; else the variable MODEL_REGISTRY, else the folder models
  --limit LIMIT        the highest population stability index that is no drift; 0.2 unless given; COLUMN=LIMIT for one
  --min-rows N         with fewer rows nothing is judged; 1000 unless given
  --report FILE        writes a report in Markdown
  --publish cloudwatch puts the highest index as the metric drift, on which a stack of infra/aws has an alarm
  --stack PREFIX       whose metric it is, as acme-dev; with --publish
  --json               prints the result as one line of JSON
  --debug              prints stacks with errors
  --help               prints this

Exit codes: 0 no drift, 2 wrong usage, 4 a model without reference, or predictions without its columns, 5 a store does not
answer, 7 no model or no predictions, 8 drift.
`;

/**
 * `platform monitor MODEL`.
 *
 * @throws PlatformError `step` where a column drifts, after all is printed, written and published.
 */
export async function monitor(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) return void process.stdout.write(MONITOR_HELP);
  const options = readMonitorOptions(args);
  const { name, versionOrAlias } = parseModelReference(options.model);
  const location = registryLocation(options.registry, WORKSPACE);
  const version = await withRegistry(location, (registry) => registry.get(name, versionOrAlias));
  const manifest = await readVersionManifest(version);
  const reference = readReference(`${name} ${version.version}`, manifest);
  const drift = await withPredictions({ ...options, model: name, reference }, (predictions) =>
    judgeDrift({ ...options, model: name, version: version.version, reference }, predictions),
  );
  if (options.report !== undefined) await writeReport(options.report, driftMarkdown(drift));
  process.stdout.write(options.json ? `${JSON.stringify(drift)}\n` : describeDrift(drift));
  if (options.publish !== undefined && drift.judged) {
    await (await import('./publish.ts')).publishToCloudWatch(options.publish.stack, drift.highest);
  }
  if (drift.drifted) throw refusal(drift);
}

async function writeReport(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

function refusal({ model, columns }: Drift): PlatformError {
  const names = columns.filter(({ drifted }) => drifted).map((column) => column.name);
  return new PlatformError(`${model} is asked other things than it was trained on: ${names.join(', ')}`, {
    code: 'step',
    hint: 'train it again on what is asked now, or allow more: --limit COLUMN=LIMIT',
  });
}
