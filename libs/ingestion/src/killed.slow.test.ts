import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { compact } from './compact/compact.ts';
import { openLake } from './lake/open-lake.ts';
import { isInstalled } from './testing/debian-server.ts';
import { type IngestArguments, killedPartitions, killedTable } from './testing/ingest-forever.ts';
import { killedAtRandom } from './testing/killed-at-random.ts';
import { FAULTS, type Fault, type Item, itemsFrom, listingServer } from './testing/listing-server.ts';
import { POSTGRES, startPostgres, withPostgres } from './testing/postgres.ts';
import { rowsIn, temporaryFolder } from './testing/temporary-lake.ts';

const PROGRAM = new URL('testing/ingest-forever.ts', import.meta.url);
const KILLS = { kills: 50, within: 700 };
const HAS_POSTGRES = await isInstalled(POSTGRES);

/** What is there after all kills, and how often the raw zone has a state twice. */
async function latest(lake: string) {
  const opened = await openLake(lake);
  const from = opened.dataset('raw', 'live', { partitionBy: killedPartitions });
  const to = opened.dataset('curated', 'live');
  const { dropped } = await compact({ from, to, table: killedTable });
  const rows = await rowsIn(to, 'id');
  return { rows: rows.map(({ id, amount }) => [Number(id), amount]), dropped };
}

describe('killed fifty times at random under load, and started again', () => {
  test.skipIf(!HAS_POSTGRES)('a run from PostgreSQL loses no row, and doubles none', { timeout: 240_000 }, async () => {
    const server = await startPostgres();
    onTestFinished(() => server.stop());
    await withPostgres(server.url, (client) =>
      client.query(`CREATE TABLE live (id bigint PRIMARY KEY, amount float8 NOT NULL, changed timestamptz NOT NULL DEFAULT clock_timestamp());
        CREATE INDEX ON live (changed, id); INSERT INTO live SELECT n, 0 FROM generate_series(1, 20000) n`),
    );
    const writers = Array.from({ length: 3 }, (_, writer) => keepWriting(server.url, writer));
    const lake = temporaryFolder();
    const args: IngestArguments = { kind: 'postgres', url: server.url, lake };
    await killedAtRandom(PROGRAM, args, KILLS);
    for (const stop of writers) await stop();
    await killedAtRandom(PROGRAM, args, { kills: 0, within: 0 });
    const { rows: there } = await withPostgres(server.url, (client) =>
      client.query('SELECT id::int, amount FROM live ORDER BY live.id'),
    );
    const { rows, dropped } = await latest(lake);
    expect(there.length).toBeGreaterThan(25_000);
    expect(rows).toEqual(there.map(({ id, amount }) => [id, amount]));
    console.info(`PostgreSQL: ${rows.length} rows, ${dropped} older or repeated states`);
  });

  test('a run from an API loses no row, and doubles none', { timeout: 240_000 }, async () => {
    const server = await listingServer(itemsFrom(0, 1000), 25);
    onTestFinished(() => server.close());
    const faults: Fault[] = [FAULTS.busy(0), FAULTS.broken(), FAULTS.proxy(), FAULTS.reset(), FAULTS.cut()];
    server.fault = () => (Math.random() < 0.2 ? faults[Math.floor(Math.random() * faults.length)] : undefined);
    const growing = setInterval(() => change(server.items), 20);
    const lake = temporaryFolder();
    const args: IngestArguments = { kind: 'http', url: server.url, lake };
    await killedAtRandom(PROGRAM, args, KILLS);
    clearInterval(growing);
    await killedAtRandom(PROGRAM, args, { kills: 0, within: 0 });
    const { rows, dropped } = await latest(lake);
    const there = new Map(server.items.map(({ id, amount }) => [id, amount]));
    expect(there.size).toBeGreaterThan(1500);
    expect(rows).toEqual([...there].sort(([one], [other]) => one - other));
    console.info(`API: ${rows.length} rows, ${dropped} older or repeated states`);
  });
});

/** New rows and changes of old ones, in transactions that take their time: what is committed late has an early moment. */
function keepWriting(url: string, writer: number): () => Promise<void> {
  let isOver = false;
  const written = withPostgres(url, async (client) => {
    for (let turn = 1; !isOver; turn++) {
      const first = 100_000 * (writer + 1) + turn * 20;
      await client.query(`BEGIN; INSERT INTO live SELECT n, ${turn} FROM generate_series(${first}, ${first + 19}) n;
        UPDATE live SET amount = amount + 1, changed = clock_timestamp() WHERE id % 997 = ${(turn * 3 + writer) % 997} AND id % 3 = ${writer}`);
      await sleep(Math.random() * 50);
      await client.query('COMMIT');
    }
  });
  return async () => {
    isOver = true;
    await written;
  };
}

/** Two new items, and a change of an old one. */
function change(items: Item[]): void {
  const changed = () => new Date().toISOString();
  const old = Math.floor(Math.random() * items.length);
  const { id = 0, amount = 0 } = items[old] ?? {};
  items[old] = { id, amount: amount + 1, changed: changed() };
  for (let added = 0; added < 2; added++) items.push({ id: items.length, amount: items.length, changed: changed() });
}
