import type { Connect } from '../duckdb/session.ts';
import { type Span, windowQuery } from '../query/feature-query.ts';
import type { Plan } from '../query/plan.ts';
import { rolledTableQuery, rollingPlan } from '../rolling/rolling-query.ts';
import { makeRollingTable } from '../rolling/rolling-table.ts';
import type { Buckets } from './buckets.ts';

/** Microseconds that are told from one another as numbers of JavaScript, with room for their sums. */
const LONGEST = 2n ** 52n;

/**
 * Gives SQL for the windows' columns at each time of some spans, over a table of them: one after the other, each made while
 * the one before is in use. Sums are rolled here, which takes a fifth of what windows in SQL do; whatever else a window
 * holds is left to these.
 */
export async function* windowsOf(
  connect: Connect,
  plan: Plan,
  { fits }: Buckets,
  spans: readonly Span[],
): AsyncGenerator<string> {
  const [writer, reader] = [await connect(), await connect()];
  const rolling = fits ? rollingPlan(plan) : undefined;
  const make = async (span: Span, index: number): Promise<string> => {
    const table = `windows${index % 2}`;
    if (rolling === undefined || span.until - span.from + plan.lookBack > LONGEST) {
      await writer.run(`CREATE OR REPLACE TABLE ${table} AS ${windowQuery(plan, span)}`);
      return `FROM ${table}`;
    }
    await makeRollingTable({ writer, reader, table }, plan, rolling, span);
    return rolledTableQuery(plan, rolling, table, span);
  };
  let ahead: Promise<string> | undefined;
  try {
    for (const [index, span] of spans.entries()) {
      const windows = await (ahead ?? make(span, index));
      const next = spans[index + 1];
      ahead = next && make(next, index + 1);
      // It is told where it is waited for; nobody waits where the one before fails.
      ahead?.catch(() => undefined);
      yield windows;
    }
  } finally {
    await ahead?.catch(() => undefined);
  }
}
