import type { Environment, Problem, SettingsOf } from '@ml-platform/conventions';
import { defineSection } from '@ml-platform/conventions';
import { z } from 'zod';

const off = {
  enabled: false,
  mode: 'ON_DEMAND' as const,
  shards: 1,
  retentionHours: 24,
  delivery: true,
  deliveryFormat: 'parquet' as const,
  deliveryTable: 'predictions',
  bufferSeconds: 300,
  msk: false,
  logDays: 14,
};

export const streamsConfig = defineSection({
  schema: z.strictObject({
    enabled: z.boolean().describe('A stream of events, such as predictions; bills by the hour'),
    mode: z
      .enum(['ON_DEMAND', 'PROVISIONED'])
      .describe('Whether Kinesis grows by itself, or has the shards it is given'),
    shards: z.int().min(1).max(500).describe('Shards where mode is PROVISIONED: each takes 1 MB a second'),
    retentionHours: z.int().min(24).max(8760).describe('Hours for which events can be read again'),
    delivery: z.boolean().describe('Whether events are also written to the lake'),
    deliveryFormat: z.enum(['parquet', 'gzip']).describe('Parquet with the columns of a table, or lines as they came'),
    deliveryTable: z.string().min(1).describe("The warehouse's table that events are rows of, where they are Parquet"),
    bufferSeconds: z
      .int()
      .min(60)
      .max(900)
      .describe('Events are collected for so long: longer makes fewer, larger files'),
    msk: z
      .boolean()
      .describe('A Kafka cluster as well, without servers to care for; bills by the hour, also when idle'),
    logDays: z.int().min(1).max(400).describe('Days for which the log of the delivery is kept'),
  }),
  defaults: {
    dev: off,
    preview: off,
    staging: { ...off, logDays: 30 },
    prod: { ...off, retentionHours: 168, logDays: 90 },
  },
});

type StreamsSettings = SettingsOf<typeof streamsConfig>;

/** What doesn't go together: `tables` are those of the warehouse, by name; none where that is off. */
export function streamsProblems(
  settings: StreamsSettings,
  environment: Environment,
  tables: readonly { readonly name: string; readonly format: string }[],
): Problem[] {
  const { enabled, delivery, deliveryFormat, deliveryTable, msk, mode, shards } = settings;
  const problem = (key: keyof StreamsSettings, expected: string): Problem => {
    return { key: `streams.${key}`, value: settings[key], expected };
  };
  const parquet = tables.filter(({ format }) => format === 'parquet').map(({ name }) => name);
  const needsTable = enabled && delivery && deliveryFormat === 'parquet';
  const hasTable = parquet.includes(deliveryTable);
  const isCheap = environment === 'dev' || environment === 'preview';
  const known = parquet.join(', ') || 'there is none';
  return [
    ...(needsTable && !hasTable ? [problem('deliveryTable', `a table of the warehouse in Parquet: ${known}`)] : []),
    ...(msk && isCheap ? [problem('msk', `false in ${environment}: a cluster bills by the hour`)] : []),
    ...(mode === 'ON_DEMAND' && shards !== 1 ? [problem('shards', '1 while streams.mode is ON_DEMAND')] : []),
  ];
}
