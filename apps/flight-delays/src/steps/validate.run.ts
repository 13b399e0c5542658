import type { DuckDBConnection } from '@duckdb/node-api';
import { PlatformError } from '@ml-platform/errors';
import type { StepContext } from '@ml-platform/pipeline';
import { rowsOf, withDuckDB, writeParquet } from '../duckdb-session.ts';
import { createRawViews } from '../raw-views.ts';
import type { validate } from './validate.ts';
import { brokenRule, flightRules } from './validation-rules.ts';

/** @throws PlatformError `data` when the file is empty, or more rows break a rule than the parameter allows. */
export async function run(context: StepContext<typeof validate>): Promise<void> {
  const { params, inputs, outputs, log, writeMetrics } = context;
  await withDuckDB(async (database) => {
    await createRawViews(database, inputs);
    await database.run(
      `CREATE TEMP TABLE judged AS SELECT *, ${brokenRule(flightRules(params))} AS reason FROM flights`,
    );
    const { rows, quarantined, reasons } = await countReasons(database);
    const quarantinedShare = quarantined / rows;
    for (const { reason, count } of reasons) log(`${count} flights quarantined: ${reason}`);
    refuseTooMany(rows, quarantined, params.maxQuarantinedShare, reasons[0]?.reason);
    const columns = 'date, origin, destination, distance, delay';
    await writeParquet(
      database,
      `SELECT ${columns} FROM judged WHERE reason IS NULL ORDER BY ${columns}`,
      outputs.flights,
    );
    await writeParquet(database, 'FROM judged WHERE reason IS NOT NULL ORDER BY ALL', outputs.quarantine);
    await writeMetrics('metrics', { rows: rows - quarantined, quarantined, quarantinedShare });
  });
}

async function countReasons(database: DuckDBConnection) {
  const counts = await rowsOf<{ reason: string | null; count: number }>(
    database,
    'SELECT reason, count(*)::DOUBLE AS count FROM judged GROUP BY reason ORDER BY count DESC, reason',
  );
  const reasons = counts.filter(({ reason }) => reason !== null) as { reason: string; count: number }[];
  const total = (all: readonly { count: number }[]) => all.reduce((sum, { count }) => sum + count, 0);
  return { rows: total(counts), quarantined: total(reasons), reasons };
}

function refuseTooMany(rows: number, quarantined: number, limit: number, reason = 'the file has no rows'): void {
  if (rows > 0 && quarantined / rows <= limit) return;
  throw new PlatformError(
    `${quarantined} of ${rows} flights break a rule, most often because ${reason}; at most a share of ${limit} may`,
    {
      code: 'data',
      hint: 'look at the source, correct src/steps/validation-rules.ts, or raise validate.maxQuarantinedShare in params.yaml',
    },
  );
}
