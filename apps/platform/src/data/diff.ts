import type { Dvc } from '@ml-platform/dvc';
import { readOptions } from './options.ts';
import { workspaceDvc } from './workspace-dvc.ts';

type Values = Awaited<ReturnType<Dvc['metricsDiff']>>;
type Data = Awaited<ReturnType<Dvc['diff']>>;

/** `platform data diff [FROM [TO]]`. */
export async function diff(args: readonly string[]): Promise<void> {
  const { values, positionals } = readOptions('diff', args, {}, 2);
  const [from = 'HEAD', to] = positionals;
  const dvc = await workspaceDvc();
  const [data, metrics, params] = [
    await dvc.diff(from, to),
    await dvc.metricsDiff(from, to),
    await dvc.paramsDiff(from, to),
  ];
  const words = describe(data, metrics, params);
  process.stdout.write(values.json ? `${JSON.stringify({ data, metrics, params })}\n` : words);
}

/** The differences as a person reads them. */
export function describe(data: Data, metrics: Values, params: Values): string {
  const { added, modified, deleted, renamed, 'not in cache': missing } = data;
  const lines = [
    ...added.map(({ path }) => `new           ${path}`),
    ...modified.map(({ path }) => `modified      ${path}`),
    ...deleted.map(({ path }) => `deleted       ${path}`),
    ...renamed.map(({ path }) => `renamed       ${path.old} to ${path.new}`),
    ...missing.map(({ path }) => `not here      ${path}`),
  ];
  const parts = [
    lines.length > 0 ? ['data', ...lines.map((line) => `  ${line}`), ''].join('\n') : '',
    table('metrics', metrics),
    table('parameters', params),
  ].filter((part) => part !== '');
  return parts.length > 0 ? parts.join('\n') : 'no differences\n';
}

/** A row per value that differs. */
function table(title: string, values: Values): string {
  const rows = Object.entries(values).flatMap(([file, keys]) =>
    Object.entries(keys).map(([key, { old, new: now, diff: by }]) => [
      `  ${file} ${key}`,
      shown(old),
      shown(now),
      typeof by === 'number' ? `${by > 0 ? '+' : ''}${shown(by)}` : '',
    ]),
  );
  if (rows.length === 0) return '';
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [title, ...lines, ''].join('\n');
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '-';
  return typeof value === 'number' && !Number.isInteger(value) ? value.toPrecision(6) : String(value);
}
