import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ingest } from '../../ingest.ts';
import { defineTable, type Table } from '../../table/define-table.ts';
import { isInstalled } from '../../testing/debian-server.ts';
import { POSTGRES, type PostgresServer, startPostgres, withPostgres } from '../../testing/postgres.ts';
import { refusedIn, rowsIn, temporaryLake } from '../../testing/temporary-lake.ts';
import { type PostgresSourceOptions, postgresSource } from './postgres-source.ts';

const HAS_POSTGRES = await isInstalled(POSTGRES);

describe.skipIf(!HAS_POSTGRES)('PostgreSQL itself', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres();
  }, 120_000);
  afterAll(() => server?.stop());

  const sql = (text: string) => withPostgres(server.url, (client) => client.query(text));
  const orders = defineTable({
    columns: { id: 'BIGINT', amount: 'DECIMAL(12,2)', changed: 'TIMESTAMPTZ' },
    key: ['id'],
    watermark: 'changed',
  });

  async function run(
    table: Table,
    options: Partial<PostgresSourceOptions>,
    dataset?: Parameters<typeof ingest>[0]['dataset'],
  ) {
    const into = dataset ?? (await temporaryLake()).dataset('raw', 'orders');
    const source = postgresSource({ url: server.url, ...options });
    return {
      ...(await ingest({
        source,
        table,
        dataset: into,
        maxQuarantinedShare: 1,
        retry: { attempts: 2, firstPause: 100 },
      })),
      dataset: into,
    };
  }

  test('every type comes through exactly', async () => {
    await sql(`CREATE TABLE kinds AS SELECT true AS a, 9007199254740993::bigint AS b, 0.1::float8 AS c, 12345678901234567890.12::numeric AS d,
      'é, "x"' || chr(10) AS e, '\\x00ff'::bytea AS f, date '2024-02-29' AS g, time '23:59:59.123456' AS h,
      timestamptz '2024-05-01 12:00:00.123456+02' AS i, timestamp '2024-05-01 12:00:00.123456' AS j,
      uuid '8c7d1fd2-33a5-4bd6-a7e0-0a3b0ae5b0a1' AS k, '{"a": [1, null]}'::jsonb AS l, NULL::int AS m`);
    const kinds = defineTable({
      columns: {
        a: 'BOOLEAN',
        b: 'BIGINT',
        c: 'DOUBLE',
        d: 'DECIMAL(22,2)',
        e: 'VARCHAR',
        f: 'BLOB',
        g: 'DATE',
        h: 'TIME',
        i: 'TIMESTAMPTZ',
        j: 'TIMESTAMP',
        k: 'UUID',
        l: 'JSON',
        m: 'INTEGER?',
      },
    });
    const { dataset } = await run(kinds, { table: 'kinds' });
    expect(await rowsIn(dataset)).toEqual([
      {
        a: true,
        b: '9007199254740993',
        c: 0.1,
        d: '12345678901234567890.12',
        e: 'é, "x"\n',
        f: '\\x00\\xFF',
        g: '2024-02-29',
        h: '23:59:59.123456',
        i: '2024-05-01 10:00:00.123456+00',
        j: '2024-05-01 12:00:00.123456',
        k: '8c7d1fd2-33a5-4bd6-a7e0-0a3b0ae5b0a1',
        l: '{"a": [1, null]}',
        m: null,
        _sequence: '0',
      },
    ]);
  });

  test('what changes while a run reads is not seen by it, and by the next one', async () => {
    await sql(
      `CREATE TABLE live (id bigint PRIMARY KEY, amount numeric NOT NULL, changed timestamptz NOT NULL DEFAULT clock_timestamp())`,
    );
    await sql(`INSERT INTO live SELECT n, n FROM generate_series(1, 5000) n`);
    const dataset = (await temporaryLake()).dataset('raw', 'live');
    const source = postgresSource({ url: server.url, table: 'live', rowsPerPart: 500, lookback: 0 });
    let writes = 0;
    const first = await ingest({
      source,
      table: orders,
      dataset,
      onProgress: () => {
        writes++;
        // Not waited for: it runs while the next part is read.
        void sql(`UPDATE live SET amount = -${writes}, changed = clock_timestamp() WHERE id % 10 = ${writes % 10};
          INSERT INTO live VALUES (${10_000 + writes}, 0); DELETE FROM live WHERE id = ${writes}`);
      },
    });
    expect(first).toMatchObject({ rows: 5000 });
    const seen = await rowsIn(dataset, 'id');
    expect(seen.map(({ id, amount }) => [id, amount])).toEqual(
      Array.from({ length: 5000 }, (_, index) => [String(index + 1), `${index + 1}.00`]),
    );
    await sql('SELECT pg_sleep(0.2)');
    const second = await ingest({ source, table: orders, dataset });
    expect(second.rows).toBeGreaterThan(writes);
    const there = await sql('SELECT id::text, amount::numeric(12,2)::text FROM live ORDER BY live.id');
    const latest = new Map((await rowsIn(dataset, '_sequence')).map(({ id, amount }) => [id, amount]));
    for (const { id, amount } of there.rows) expect([id, latest.get(id)]).toEqual([id, amount]);
  });

  test('a row that was committed late is found by the look back', async () => {
    await sql('CREATE TABLE late (id bigint PRIMARY KEY, amount numeric, changed timestamptz)');
    const dataset = (await temporaryLake()).dataset('raw', 'late');
    await withPostgres(server.url, async (slow) => {
      await slow.query("BEGIN; INSERT INTO late VALUES (1, 1, now() - interval '2 seconds')");
      await sql('INSERT INTO late VALUES (2, 2, now())');
      expect(await run(orders, { table: 'late' }, dataset)).toMatchObject({ rows: 1 });
      await slow.query('COMMIT');
    });
    await run(orders, { table: 'late' }, dataset);
    expect(new Set((await rowsIn(dataset)).map(({ id }) => id))).toEqual(new Set(['1', '2']));
    const files = await dataset.files();
    await run(orders, { table: 'late' }, dataset);
    expect(await dataset.files()).toEqual(files);
  });

  test('watermarks that are no moments, and keys of several columns', async () => {
    await sql(
      `CREATE TABLE steps AS SELECT n / 3 AS version, 'k' || n % 3 AS name, n AS "Nr" FROM generate_series(0, 29) n`,
    );
    const table = defineTable({
      columns: { version: 'INTEGER', name: 'VARCHAR', Nr: 'INTEGER' },
      key: ['name', 'Nr'],
      watermark: 'version',
    });
    const dataset = (await temporaryLake()).dataset('raw', 'steps');
    expect(await run(table, { table: 'public.steps', rowsPerPart: 7, lookback: 0 }, dataset)).toMatchObject({
      rows: 30,
    });
    await sql(`INSERT INTO steps VALUES (9, 'k9', 30), (9, 'k0', 31), (10, 'k0', 32)`);
    // 'k0' 31 is below the key that was read last.
    expect(await run(table, { table: 'public.steps', lookback: 0 }, dataset)).toMatchObject({ rows: 2 });
    expect(await run(table, { table: 'public.steps', lookback: 1 }, dataset)).toMatchObject({ rows: 6 });
    expect(new Set((await rowsIn(dataset)).map(({ Nr }) => Nr)).size).toBe(33);
  });

  test('what can not be in order is in quarantine, and holds nothing up', async () => {
    await sql(`CREATE TABLE odd (id bigint, amount numeric, changed timestamptz);
      INSERT INTO odd VALUES (1, 'NaN', now()), (2, 2, 'infinity'), (3, 3, NULL), (NULL, 4, now()), (5, 5, now())`);
    const { dataset, ...told } = await run(orders, { table: 'odd' });
    expect(told).toMatchObject({ rows: 1, quarantined: 4 });
    expect((await refusedIn(dataset)).map(({ columns }) => String(columns)).sort()).toEqual([
      'amount',
      'changed',
      'changed',
      'id',
    ]);
    await sql('INSERT INTO odd VALUES (6, 6, now())');
    await run(orders, { table: 'odd' }, dataset);
    expect((await rowsIn(dataset)).map(({ id }) => id)).toContain('6');
  });

  test.each([
    [
      'a table that is not there',
      { table: 'nothing' },
      'notFound',
      /postgres nothing at 127\.0\.0\.1:\d+\/postgres: relation "nothing" does not exist/,
    ],
    ['SQL that is none', { query: 'SELEKT 1' }, 'config', /syntax error/],
    [
      'a column that is gone',
      { query: 'SELECT 1::bigint AS id, 1 AS amount' },
      'data',
      /there is no column changed \(TIMESTAMPTZ\); there are id, amount/,
    ],
    [
      'a type that changed',
      { query: "SELECT n AS id, 'x' || n AS amount, now() AS changed FROM generate_series(1, 20) n" },
      'data',
      /no value of column amount is the DECIMAL/,
    ],
  ] as const)('%s is told', async (_, options, code, message) => {
    await expect(run(orders, options)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('no password is told, whatever is wrong', async () => {
    await sql("CREATE ROLE reader LOGIN PASSWORD 'right'");
    const wrong = [
      server.url.replace('/postgres', '/nowhere'),
      server.url.replace('postgres:not', 'nobody:not'),
      server.url.replace(/:\d+\//, ':1/'),
      server.url.replace('127.0.0.1', 'no-such-host.invalid'),
    ];
    for (const url of wrong) {
      const error: unknown = await run(orders, { url, table: 'live' }).catch((thrown) => thrown);
      expect(error).toMatchObject({
        code: expect.stringMatching(/environment|notFound/),
        hint: expect.stringMatching(/check/),
      });
      expect(JSON.stringify({ ...(error as Error), text: String(error) })).not.toContain('not-shown');
    }
    expect(() => postgresSource({ url: 'postgres//me:not-shown@host/x', table: 'a' })).toThrow(/^(?!.*not-shown)/);
  });

  test('a server that crashes in the middle is asked again, from the last part on', async () => {
    await sql(
      `CREATE TABLE crash AS SELECT n AS id, n AS amount, timestamptz '2024-01-01' + n * interval '1 second' AS changed FROM generate_series(1, 20000) n`,
    );
    const dataset = (await temporaryLake()).dataset('raw', 'crash');
    const told: string[] = [];
    let isCrashed: Promise<void> | undefined;
    const result = await ingest({
      source: postgresSource({ url: server.url, table: 'crash', rowsPerPart: 1000 }),
      table: orders,
      dataset,
      retry: { firstPause: 200 },
      onProgress: ({ parts, message }) => {
        if (message !== undefined) told.push(message);
        if (parts === 5) isCrashed ??= server.crash();
      },
    });
    await isCrashed;
    expect(told[0]).toMatch(/postgres crash at .*; again in 0\.\d s/);
    expect(result).toMatchObject({ rows: 20_000 });
    expect((await rowsIn(dataset, 'id')).map(({ id }) => Number(id))).toEqual(
      Array.from({ length: 20_000 }, (_, n) => n + 1),
    );
  });
});
