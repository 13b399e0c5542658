import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Dataset } from '../lake/dataset.ts';
import { type Lake, openLake } from '../lake/open-lake.ts';
import { openSession, rowsOf } from '../session/session.ts';
import { quoted } from '../session/sql-text.ts';

/** A folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ingestion-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function temporaryLake(): Promise<Lake> {
  return openLake(temporaryFolder());
}

/** What is in a dataset's files, as JSON values. */
export async function rowsIn(dataset: Dataset, order = 'ALL'): Promise<Record<string, unknown>[]> {
  return contentOf(dataset, await dataset.files(), order);
}

export async function refusedIn(dataset: Dataset): Promise<Record<string, unknown>[]> {
  return contentOf(dataset, await dataset.quarantined(), 'ALL');
}

async function contentOf(
  dataset: Dataset,
  paths: readonly string[],
  order: string,
): Promise<Record<string, unknown>[]> {
  if (paths.length === 0) return [];
  await using session = await openSession();
  const files = paths.map((path) => quoted(dataset.local(path) ?? '')).join(', ');
  const query = `SELECT * FROM read_parquet([${files}], hive_partitioning = true, union_by_name = true) ORDER BY ${order}`;
  return (await session.database.runAndReadAll(query)).getRowObjectsJson();
}

export async function countIn(dataset: Dataset, sql: string): Promise<number> {
  await using session = await openSession();
  const files = (await dataset.files()).map((path) => quoted(dataset.local(path) ?? '')).join(', ');
  const [row] = await rowsOf<{ n: bigint }>(
    session.database,
    `SELECT (${sql})::BIGINT AS n FROM read_parquet([${files}])`,
  );
  return Number(row?.n);
}
