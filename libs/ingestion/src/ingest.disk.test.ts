import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { ingest } from './ingest.ts';
import { openLake } from './lake/open-lake.ts';
import { sqliteSource } from './sources/sqlite/sqlite-source.ts';
import { defineTable } from './table/define-table.ts';
import { canMount, smallDisk } from './testing/small-disk.ts';
import { rowsIn, temporaryFolder } from './testing/temporary-lake.ts';

/** Skipped, and says so, where file systems can't be mounted; in CI they have to be. */
const withDisks = test.skipIf(!canMount());

const events = defineTable({ columns: { id: 'BIGINT', text: 'VARCHAR' }, key: ['id'], watermark: 'id' });

function eventsSource() {
  const file = join(temporaryFolder(), 'events.db');
  const database = new DatabaseSync(file);
  database.exec('CREATE TABLE events (id INTEGER PRIMARY KEY, text TEXT)');
  database.exec('BEGIN');
  const insert = database.prepare('INSERT INTO events VALUES (?, ?)');
  for (let id = 0; id < 4000; id++) insert.run(id, randomBytes(300).toString('base64'));
  database.exec('COMMIT');
  database.close();
  return sqliteSource({ file, table: 'events', rowsPerPart: 500 });
}

withDisks('on a full disk a run says so, keeps what is whole, and goes on when there is room', async () => {
  const disk = smallDisk('1m');
  const dataset = (await openLake(disk.folder)).dataset('raw', 'events');
  const source = eventsSource();
  await expect(ingest({ source, table: events, dataset })).rejects.toMatchObject({
    code: 'environment',
    message: expect.stringMatching(/raw\/events.*: the disk is full/),
    hint: expect.stringContaining('it goes on where it was'),
  });
  const kept = (await rowsIn(dataset)).length;
  expect(kept).toBeGreaterThan(0);
  expect(kept % 500).toBe(0);
  disk.resize('8m');
  expect(await ingest({ source, table: events, dataset })).toMatchObject({ rows: 4000 - kept });
  expect((await rowsIn(dataset, 'id')).map(({ id }) => Number(id))).toEqual(
    Array.from({ length: 4000 }, (_, id) => id),
  );
});

withDisks('a scratch folder on a full disk is told as well', async () => {
  const { folder } = smallDisk('256k');
  const dataset = (await openLake(temporaryFolder())).dataset('raw', 'events');
  await expect(ingest({ source: eventsSource(), table: events, dataset, scratch: folder })).rejects.toMatchObject({
    code: 'environment',
    message: expect.stringContaining('the disk is full'),
    hint: expect.stringContaining('scratch'),
  });
  expect(await ingest({ source: eventsSource(), table: events, dataset })).toMatchObject({ rows: 4000 });
});
