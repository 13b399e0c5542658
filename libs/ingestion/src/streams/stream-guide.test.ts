import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defineTable } from '../table/define-table.ts';
import { refusedIn, rowsIn, temporaryLake } from '../testing/temporary-lake.ts';
import { sensorRow } from './fixtures/guide/sensor-rows.ts';
import * as sources from './fixtures/guide/stream-sources.ts';
import { ingestStream } from './ingest-stream.ts';
import { memoryStream } from './memory-stream.ts';

const GUIDE = readFileSync(join(import.meta.dirname, '../../../../docs/streams.md'), 'utf8');
const FIXTURE = join(import.meta.dirname, 'fixtures/guide');

test('the files of the guide are those that the tests run', () => {
  const files = [...GUIDE.matchAll(/^`([\w-]+\.ts)`:\n\n```ts\n(.*?)^```$/gms)];
  expect(files.map(([, name]) => name).sort()).toEqual(readdirSync(FIXTURE).sort());
  for (const [, name = '', text] of files) expect(text, name).toBe(readFileSync(join(FIXTURE, name), 'utf8'));
});

test("the guide's table of sources says who keeps the positions, and what an offset is", () => {
  for (const { name, keeps, offsetType } of Object.values(sources)) {
    const [kind = ''] = name.split(' ');
    const row = GUIDE.split('\n').find((line) => line.startsWith(`| \`${kind}`.replace('eventhubs', 'eventHubs')));
    expect(row, kind).toContain(keeps === 'lake' ? 'the lake' : 'as many as');
    expect(row, kind).toContain(`\`${offsetType}\``);
  }
});

test("the guide's own decoder makes rows, leaves records out and refuses", async () => {
  const source = memoryStream('sensors');
  source.add('21.5', 'north');
  source.add(undefined, 'north');
  source.add('1', 'test-1');
  source.add('2');
  const table = defineTable({ columns: { sensor: 'VARCHAR', at: 'TIMESTAMP', degrees: 'DOUBLE?' } });
  const dataset = (await temporaryLake()).dataset('raw', 'sensors');
  await ingestStream({ source, table, dataset, until: 'drained', decode: sensorRow });
  expect(await rowsIn(dataset, '_offset')).toMatchObject([
    { sensor: 'north', degrees: 21.5 },
    { sensor: 'north', degrees: null },
  ]);
  expect(await refusedIn(dataset)).toMatchObject([{ reason: "can't be decoded: which sensor is it?", _offset: '3' }]);
});
