import { ingest } from '../ingest.ts';
import { openLake } from '../lake/open-lake.ts';
import type { Source } from '../source.ts';
import { httpSource } from '../sources/http/http-source.ts';
import { cursorPages } from '../sources/http/paging.ts';
import { postgresSource } from '../sources/postgres/postgres-source.ts';
import { defineTable } from '../table/define-table.ts';

/** A program that ingests again and again; with `LAST`, once. Says a word when it begins. */
export interface IngestArguments {
  readonly kind: 'http' | 'postgres';
  readonly url: string;
  readonly lake: string;
}

export const killedTable = defineTable({
  columns: { id: 'BIGINT', amount: 'DOUBLE', changed: 'TIMESTAMPTZ' },
  key: ['id'],
  watermark: 'changed',
});

/** Rows move from partition to partition as they change. */
export const killedPartitions = { shard: 'amount::BIGINT % 3' };

/** Longer than the transactions of the tests' writers. */
const LOOKBACK_MILLISECONDS = 2000;

const SOURCES: Readonly<Record<IngestArguments['kind'], (url: string) => Source>> = {
  http: (url) =>
    httpSource({
      url: `${url}/cursor`,
      name: 'items',
      headers: { authorization: 'Bearer open-sesame' },
      rows: (body) => (body as { items: object[] }).items,
      pages: cursorPages({ parameter: 'cursor', next: (body) => (body as { next?: number }).next }),
      since: 'since',
      lookback: LOOKBACK_MILLISECONDS,
      rowsPerPart: 50,
      retry: { attempts: 20, firstPause: 5, longestPause: 50 },
    }),
  postgres: (url) => postgresSource({ url, table: 'live', rowsPerPart: 500, lookback: LOOKBACK_MILLISECONDS }),
};

if (import.meta.main) {
  const { kind, url, lake } = JSON.parse(process.argv[2] ?? '') as IngestArguments;
  const dataset = (await openLake(lake)).dataset('raw', 'live', { partitionBy: killedPartitions });
  do {
    process.stdout.write('.');
    await ingest({ source: SOURCES[kind](url), table: killedTable, dataset });
  } while (process.env.LAST === undefined);
}
