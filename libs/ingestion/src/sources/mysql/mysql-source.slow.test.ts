import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ingest } from '../../ingest.ts';
import { defineTable, type Table } from '../../table/define-table.ts';
import { isInstalled } from '../../testing/debian-server.ts';
import { MARIADB, type MariadbServer, startMariadb } from '../../testing/mariadb.ts';
import { refusedIn, rowsIn, temporaryLake } from '../../testing/temporary-lake.ts';
import { type MysqlSourceOptions, mysqlSource } from './mysql-source.ts';

const HAS_MARIADB = await isInstalled(MARIADB);

describe.skipIf(!HAS_MARIADB)('MariaDB itself', () => {
  let server: MariadbServer;

  beforeAll(async () => {
    server = await startMariadb();
  }, 120_000);
  afterAll(() => server?.stop());

  async function sql(...texts: string[]): Promise<RowDataPacket[]> {
    const connection = await createConnection(server.url);
    try {
      let rows: unknown;
      for (const text of texts) [rows] = await connection.query(text);
      return rows as RowDataPacket[];
    } finally {
      await connection.end();
    }
  }
  const orders = defineTable({
    columns: { id: 'BIGINT', amount: 'DECIMAL(12,2)', changed: 'TIMESTAMP' },
    key: ['id'],
    watermark: 'changed',
  });

  async function run(
    table: Table,
    options: Partial<MysqlSourceOptions>,
    dataset?: Parameters<typeof ingest>[0]['dataset'],
  ) {
    const into = dataset ?? (await temporaryLake()).dataset('raw', 'orders');
    const source = mysqlSource({ url: server.url, ...options });
    const retry = { attempts: 2, firstPause: 100 };
    return { ...(await ingest({ source, table, dataset: into, maxQuarantinedShare: 1, retry })), dataset: into };
  }

  test('every type comes through exactly', async () => {
    await sql(
      `CREATE TABLE kinds (a BOOLEAN, b BIGINT UNSIGNED, c DOUBLE, d DECIMAL(22,2), e TEXT, f VARBINARY(9), g DATE, h TIME(6), i TIMESTAMP(6) NULL,
        j DATETIME(6), k JSON, l INT, m YEAR)`,
      `SET time_zone = '+02:00'`,
    );
    await sql(
      `INSERT INTO kinds VALUES (true, 18446744073709551615, 0.1, 12345678901234567890.12, 'é, "x"\\n', x'00ff', '2024-02-29', '23:59:59.123456',
        '2024-05-01 12:00:00.123456', '2024-05-01 12:00:00.123456', '{"a": [1, null]}', NULL, 2024)`,
    );
    const kinds = defineTable({
      columns: {
        a: 'BOOLEAN',
        b: 'UBIGINT',
        c: 'DOUBLE',
        d: 'DECIMAL(22,2)',
        e: 'VARCHAR',
        f: 'BLOB',
        g: 'DATE',
        h: 'TIME',
        i: 'TIMESTAMPTZ',
        j: 'TIMESTAMP',
        k: 'JSON',
        l: 'INTEGER?',
        m: 'SMALLINT',
      },
    });
    const { dataset } = await run(kinds, { table: 'kinds' });
    expect(await rowsIn(dataset)).toEqual([
      {
        a: true,
        b: '18446744073709551615',
        c: 0.1,
        d: '12345678901234567890.12',
        e: 'é, "x"\n',
        f: '\\x00\\xFF',
        g: '2024-02-29',
        h: '23:59:59.123456',
        i: '2024-05-01 12:00:00.123456+00',
        j: '2024-05-01 12:00:00.123456',
        k: '{"a": [1, null]}',
        l: null,
        m: 2024,
        _sequence: '0',
      },
    ]);
  });

  test('what changes while a run reads is seen by the next one', async () => {
    await sql(
      'CREATE TABLE live (id BIGINT PRIMARY KEY, amount DECIMAL(12,2) NOT NULL, changed DATETIME(6) NOT NULL DEFAULT now(6))',
      "INSERT INTO live SELECT seq, seq, '2024-05-01' FROM seq_1_to_5000",
    );
    const dataset = (await temporaryLake()).dataset('raw', 'live');
    const source = mysqlSource({ url: server.url, table: 'live', rowsPerPart: 500 });
    let writes = 0;
    const changes: Promise<unknown>[] = [];
    const onProgress = () => {
      writes++;
      changes.push(
        sql(
          `UPDATE live SET amount = -${writes}, changed = now(6) WHERE id % 10 = ${writes % 10}`,
          `INSERT INTO live (id, amount) VALUES (${10_000 + writes}, 0)`,
        ),
      );
    };
    expect(await ingest({ source, table: orders, dataset, onProgress })).toMatchObject({ rows: 5000 });
    expect((await rowsIn(dataset, 'id')).every(({ id, amount }) => amount === `${id}.00`)).toBe(true);
    await Promise.all(changes);
    await ingest({ source, table: orders, dataset });
    const latest = new Map((await rowsIn(dataset, '_sequence')).map(({ id, amount }) => [id, amount]));
    for (const { id, amount } of await sql('SELECT * FROM live'))
      expect([id, latest.get(String(id))]).toEqual([id, amount]);
  });

  test('large whole numbers are in order, and texts in keys are in the order of the server', async () => {
    const big = 9_007_199_254_740_990n;
    await sql(
      'CREATE TABLE steps (version BIGINT, name VARCHAR(9)) COLLATE utf8mb4_general_ci',
      `INSERT INTO steps SELECT ${big} + seq DIV 3, elt(1 + seq % 3, 'a', 'B', 'c') FROM seq_0_to_29`,
    );
    const table = defineTable({ columns: { version: 'BIGINT', name: 'VARCHAR' }, key: ['name'], watermark: 'version' });
    const dataset = (await temporaryLake()).dataset('raw', 'steps');
    const options = { table: 'steps', rowsPerPart: 4, lookback: 0 };
    expect(await run(table, options, dataset)).toMatchObject({ rows: 30 });
    await sql(`INSERT INTO steps VALUES (${big + 9n}, 'D'), (${big + 10n}, 'a')`);
    expect(await run(table, options, dataset)).toMatchObject({ rows: 2 });
    expect(new Set((await rowsIn(dataset)).map((row) => JSON.stringify({ ...row, _sequence: 0 }))).size).toBe(32);
  });

  test('a date that is none goes to quarantine', async () => {
    await sql("SET sql_mode = ''", 'CREATE TABLE odd (id BIGINT, amount DECIMAL(12,2), changed DATETIME)');
    await sql("SET sql_mode = ''", "INSERT INTO odd VALUES (1, 1, '0000-00-00'), (2, 2, '2024-05-01'), (3, 3, NULL)");
    const { dataset } = await run(orders, { table: 'odd' });
    expect((await rowsIn(dataset)).map(({ id }) => id)).toEqual(['2']);
    expect((await refusedIn(dataset)).map(({ reason }) => reason).sort()).toEqual([
      "changed: '0000-00-00 00:00:00' is no TIMESTAMP",
      'changed: there is no value',
    ]);
  });

  test.each([
    [
      'a table that is not there',
      { table: 'nothing' },
      'notFound',
      /mysql nothing at 127\.0\.0\.1:\d+\/shop: Table 'shop\.nothing' doesn't exist/,
    ],
    ['SQL that is none', { query: 'SELEKT 1' }, 'config', /error in your SQL syntax/],
    [
      'a column that is gone',
      { query: 'SELECT 1 AS id, 1 AS amount' },
      'data',
      /there is no column changed \(TIMESTAMP\); there are id, amount/,
    ],
  ] as const)('%s is told', async (_, options, code, message) => {
    await expect(run(orders, options)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('no password is told, whatever is wrong', async () => {
    const wrong = [
      server.url.replace('root@', 'root:not-shown@'),
      server.url.replace('root@', 'nobody:not-shown@'),
      server.url.replace('/shop', '/nowhere'),
      server.url.replace('root@', 'root:not-shown@').replace(/:\d+\//, ':1/'),
    ];
    for (const url of wrong) {
      const error: unknown = await run(orders, { url, table: 'live' }).catch((thrown) => thrown);
      expect(error).toMatchObject({
        code: expect.stringMatching(/environment|notFound/),
        hint: expect.stringMatching(/check/),
      });
      expect(JSON.stringify({ ...(error as Error), text: String(error) })).not.toContain('not-shown');
    }
  });

  test('a server that crashes in the middle is asked again, from the last part on', async () => {
    await sql(
      'CREATE TABLE crash (id BIGINT PRIMARY KEY, amount DECIMAL(12,2), changed DATETIME)',
      "INSERT INTO crash SELECT seq, seq, '2024-01-01' + INTERVAL seq SECOND FROM seq_1_to_200000",
    );
    const dataset = (await temporaryLake()).dataset('raw', 'crash');
    const told: string[] = [];
    let isCrashed: Promise<void> | undefined;
    const result = await ingest({
      source: mysqlSource({ url: server.url, table: 'crash', rowsPerPart: 10_000 }),
      table: orders,
      dataset,
      retry: { firstPause: 500 },
      onProgress: ({ parts, message }) => {
        if (message !== undefined) told.push(message);
        if (parts === 2) isCrashed ??= server.crash();
      },
    });
    await isCrashed;
    expect(told[0]).toMatch(/mysql crash at .*; again in 0\.\d s/);
    expect(result).toMatchObject({ rows: 200_000 });
    expect((await rowsIn(dataset, 'id')).map(({ id }) => Number(id))).toEqual(
      Array.from({ length: 200_000 }, (_, n) => n + 1),
    );
  });
});
