import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { quoted, rowsOf, withDuckDB } from '../duckdb-session.ts';
import { recordingContext, writeRawTables } from '../testing/small-tables.ts';
import { run } from './validate.run.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'validate-'));
});
afterEach(() => rm(folder, { recursive: true }));

const GOOD = "('2001-01-01 08:15:00', 3, 580, 'ABQ', 'DAL')";

async function validate(flights: readonly string[], maxQuarantinedShare = 1) {
  const inputs = await writeRawTables(folder, flights);
  const outputs = {
    flights: join(folder, 'good.parquet'),
    quarantine: join(folder, 'quarantine.parquet'),
    metrics: join(folder, 'metrics.json'),
  };
  const context = recordingContext();
  await run({
    ...context,
    params: { firstDay: '2001-01-01', lastDay: '2001-06-30', maxQuarantinedShare },
    inputs,
    outputs,
  });
  const reasons = await withDuckDB((database) =>
    rowsOf<{ reason: string }>(database, `SELECT reason FROM ${quoted(outputs.quarantine)}`),
  );
  return { metrics: context.metrics, reasons: reasons.map(({ reason }) => reason) };
}

test.each([
  ["('2001-01-01 08:15:00', NULL, 580, 'ABQ', 'DAL')", 'a value is missing'],
  ["('2000-12-31 23:59:00', 3, 580, 'ABQ', 'DAL')", 'the date is outside the period'],
  ["('2001-07-01 00:00:00', 3, 580, 'ABQ', 'DAL')", 'the date is outside the period'],
  ["('2001-01-01 08:15:00', 99999, 580, 'ABQ', 'DAL')", 'the delay is not within two days'],
  ["('2001-01-01 08:15:00', 3, 0, 'ABQ', 'DAL')", 'the distance is not between 1 and 10,000 miles'],
  ["('2001-01-01 08:15:00', 3, 580, 'ABQ', 'ABQ')", 'origin and destination are the same'],
  ["('2001-01-01 08:15:00', 3, 580, 'XXX', 'DAL')", 'the origin is not a known airport'],
  ["('2001-01-01 08:15:00', 3, 580, 'ABQ', 'XXX')", 'the destination is not a known airport'],
])('%s is quarantined: %s', async (flight, reason) => {
  expect(await validate([GOOD, flight])).toEqual({
    metrics: { rows: 1, quarantined: 1, quarantinedShare: 0.5 },
    reasons: [reason],
  });
});

test('good flights pass', async () => {
  expect(await validate([GOOD, GOOD])).toMatchObject({ metrics: { rows: 2, quarantined: 0 }, reasons: [] });
});

test('more bad rows than allowed fail the step, with the commonest reason', async () => {
  const bad = GOOD.replace('580', '0');
  await expect(validate([GOOD, GOOD, bad], 0.1)).rejects.toMatchObject({
    code: 'data',
    message:
      '1 of 3 flights break a rule, most often because the distance is not between 1 and 10,000 miles; at most a share of 0.1 may',
  });
});
