import { defineSection, type Problem, type SettingsOf } from '@ml-platform/conventions';
import { z } from 'zod';
import { ZONES } from '../lake/zones.ts';

/** Names and types as Athena has them: https://docs.aws.amazon.com/athena/latest/ug/data-types.html */
const NAME = /^[a-z][a-z0-9_]{0,62}$/;
const TYPE =
  /^(boolean|tinyint|smallint|int|bigint|float|double|string|binary|date|timestamp|decimal\(\d{1,2}, ?\d{1,2}\)|(array|map|struct)<.+>)$/;

const name = z.string().regex(NAME, 'lower-case letters, digits and _, a letter first');

const table = z.strictObject({
  zone: z.enum(ZONES).describe('Where its files are: <zone>/<table>/'),
  format: z
    .enum(['iceberg', 'parquet', 'json'])
    .describe('Iceberg for tables whose rows change; the others for files that are only added, in a folder per day'),
  columns: z.record(name, z.string().regex(TYPE, "a type of Athena's, such as bigint")).describe('Types by column'),
  since: z.iso.date().optional().describe('The first day of files in a folder per day'),
});

export type TableSettings = z.output<typeof table>;

const PREDICTIONS: TableSettings = {
  zone: 'predictions',
  format: 'parquet',
  columns: {
    request_id: 'string',
    at: 'timestamp',
    model: 'string',
    model_version: 'string',
    features: 'string',
    prediction: 'string',
    latency_ms: 'double',
  },
  since: '2026-01-01',
};

const usual = {
  enabled: true,
  tables: { predictions: PREDICTIONS },
  queries: {
    'predictions-per-day': [
      'SELECT day, model, model_version, count(*) AS predictions, approx_percentile(latency_ms, 0.95) AS p95_ms',
      'FROM predictions',
      "WHERE day >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')",
      'GROUP BY 1, 2, 3 ORDER BY 1, 2, 3',
    ].join('\n'),
  },
  quality: { predictions: ['RowCount > 0', 'IsComplete "model_version"', 'IsComplete "prediction"'] },
  crawledZones: [],
};

export const warehouseConfig = defineSection({
  schema: z.strictObject({
    enabled: z.boolean().describe('Tables over the lake, and SQL over them'),
    scanLimitGigabytes: z
      .number()
      .min(0.01)
      .max(100_000)
      .describe('A query that reads more is stopped: reading is what bills'),
    tables: z.record(name, table).describe('Tables by their name'),
    queries: z.record(z.string().min(1), z.string().min(1)).describe('Saved queries: SQL by name'),
    quality: z
      .record(name, z.array(z.string().min(1)).min(1))
      .describe('Rules that the rows of a table have to keep, in the language of Glue Data Quality'),
    crawledZones: z.array(z.enum(ZONES)).describe('Zones that are searched for tables each night; bills by the minute'),
  }),
  defaults: {
    dev: { ...usual, scanLimitGigabytes: 10 },
    preview: { ...usual, enabled: false, scanLimitGigabytes: 1 },
    staging: { ...usual, scanLimitGigabytes: 100 },
    prod: { ...usual, scanLimitGigabytes: 1000 },
  },
});

/** What doesn't go together in the warehouse's settings. */
export function warehouseProblems({ tables, quality }: SettingsOf<typeof warehouseConfig>): Problem[] {
  const known = Object.keys(tables);
  const unknown = Object.keys(quality).filter((of) => !known.includes(of));
  const shaped = Object.entries(tables).flatMap(([of, { format, since, columns }]) => {
    const problem = (key: string, value: unknown, expected: string): Problem[] => {
      return [{ key: `warehouse.tables.${of}.${key}`, value, expected }];
    };
    const isIceberg = format === 'iceberg';
    return [
      ...(!isIceberg && since === undefined ? problem('since', since, `a day, as files of ${format} are by day`) : []),
      ...(isIceberg && since !== undefined ? problem('since', since, 'nothing: Iceberg knows its own files') : []),
      ...(!isIceberg && 'day' in columns ? problem('columns.day', columns.day, 'no such column: folders give it') : []),
      ...(Object.keys(columns).length === 0 ? problem('columns', columns, 'at least one column') : []),
    ];
  });
  const rules = unknown.map((of) => ({
    key: `warehouse.quality.${of}`,
    value: quality[of],
    expected: `rules of a table in warehouse.tables: ${known.join(', ') || 'none'}`,
  }));
  return [...shaped, ...rules];
}
