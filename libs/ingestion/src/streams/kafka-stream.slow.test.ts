import { setTimeout as sleep } from 'node:timers/promises';
import { hasKafka, startKafka } from '@ml-platform/messaging/testing/kafka-broker';
import type { KafkaBroker } from '@ml-platform/messaging/testing/kafka-broker';
import * as topics from '@ml-platform/messaging/testing/kafka-topics';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defineTable } from '../table/define-table.ts';
import { countIn, refusedIn, rowsIn, temporaryLake } from '../testing/temporary-lake.ts';
import { ingestStream, type StreamProgress } from './ingest-stream.ts';
import { kafkaStream } from './kafka-stream.ts';

const orders = defineTable({ columns: { id: 'BIGINT', amount: 'DECIMAL(12,2)', note: 'VARCHAR?' }, key: ['id'] });

let names = 0;
const fresh = (name: string) => `${name}-${++names}`;
const order = (id: number, key = id) => ({
  key: Buffer.from(String(key)),
  value: Buffer.from(JSON.stringify({ id, amount: id / 100 })),
});
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => order(from + index));

describe.skipIf(!(await hasKafka()))('a topic of Kafka', () => {
  let broker: KafkaBroker;
  beforeAll(async () => {
    broker = await startKafka();
  }, 600_000);
  afterAll(() => broker?.stop());

  const topicOf = async (name: string, partitions: number) => {
    const topic = fresh(name);
    await topics.createTopics(broker.address, { [topic]: partitions });
    return { topic, brokers: [broker.address], group: 'lake' };
  };

  test('a part per partition and batch, then the commit: a second run has nothing to do', async () => {
    const from = await topicOf('orders', 2);
    await topics.produce(broker.address, from.topic, range(0, 1000));
    const lake = await temporaryLake();
    const dataset = lake.dataset('raw', 'orders');
    const run = () => ingestStream({ source: kafkaStream(from), table: orders, dataset, until: 'drained' });
    const first = await run();
    expect(first).toMatchObject({ rows: 1000, quarantined: 0, parts: 2 });
    expect(await dataset.files()).toEqual([
      expect.stringMatching(/^raw\/orders\/part-00000-0{20}-0{17}\d{3}\.parquet$/),
      expect.stringMatching(/^raw\/orders\/part-00001-0{20}-0{17}\d{3}\.parquet$/),
    ]);
    const rows = await rowsIn(dataset, 'id');
    expect(rows[7]).toMatchObject({ id: '7', amount: '0.07', note: null, _partition: expect.stringMatching(/^[01]$/) });
    expect(await countIn(dataset, 'count(DISTINCT (_partition, _offset))')).toBe(1000);
    expect(await run()).toMatchObject({ rows: 0, parts: 0 });
    await topics.produce(broker.address, from.topic, range(1000, 1010));
    expect(await run()).toMatchObject({ rows: 10 });
    expect(await countIn(dataset, 'count(DISTINCT id)')).toBe(1010);
  });

  test('a poison message goes to quarantine with where it is, why, and its bytes; the others are rows', async () => {
    const from = await topicOf('poison', 1);
    const poison = [Buffer.from('{"id": 1'), Buffer.from([0xff, 0x00, 0x7b]), Buffer.from('[1]'), undefined];
    await topics.produce(broker.address, from.topic, [
      order(1),
      ...poison.map((value) => ({ key: Buffer.from('k'), ...(value && { value }) })),
      { value: Buffer.from('{"id": "x", "amount": 1, "_raw": "mine", "_offset": 99}') },
      { value: Buffer.from('{"id": 9007199254740993, "amount": 12345678.91, "note": "élan", "more": 1}') },
    ]);
    const dataset = (await temporaryLake()).dataset('raw', 'poison');
    const report = await ingestStream({ source: kafkaStream(from), table: orders, dataset, until: 'drained' });
    expect(report).toMatchObject({ rows: 2, quarantined: 5, positions: { 0: '6' } });
    expect(await rowsIn(dataset, 'id')).toMatchObject([{ id: '1' }, { id: '9007199254740993', note: 'élan' }]);
    const refused = (await refusedIn(dataset)).toSorted((a, b) => Number(a._offset) - Number(b._offset));
    expect(refused.map(({ _offset }) => _offset)).toEqual(['1', '2', '3', '4', '5']);
    expect(refused.slice(0, 3).map(({ raw }) => Buffer.from(String(raw), 'base64'))).toEqual(poison.slice(0, 3));
    const reasons = refused.map(({ reason }) => String(reason));
    expect(reasons[0]).toMatch(/can't be decoded: .*JSON/);
    expect(reasons[1]).toMatch(/can't be decoded: .*encoded data/);
    expect(reasons[2]).toMatch(/the JSON is no object/);
    expect(reasons[3]).toMatch(/there is no value/);
    expect(reasons[4]).toMatch(/id: 'x' is no BIGINT/);
  });

  test('too many refused records end the run before they are written, and are there for the next', async () => {
    const from = await topicOf('share', 1);
    await topics.produce(broker.address, from.topic, [
      ...range(0, 100),
      ...Array.from({ length: 100 }, () => ({ value: Buffer.from('?') })),
    ]);
    const dataset = (await temporaryLake()).dataset('raw', 'share');
    const options = { source: kafkaStream(from), table: orders, dataset, until: 'drained' } as const;
    await expect(ingestStream(options)).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(/100 of 200 rows were refused/),
    });
    expect(await dataset.files()).toEqual([]);
    expect(await ingestStream({ ...options, maxQuarantinedShare: 0.5 })).toMatchObject({ rows: 100, quarantined: 100 });
  });

  test('a decode of one’s own makes rows, and leaves records out', async () => {
    const from = await topicOf('decode', 1);
    await topics.produce(broker.address, from.topic, [
      { key: Buffer.from('1'), value: Buffer.from('0.5') },
      { key: Buffer.from('2') },
      { key: Buffer.from('3'), value: Buffer.from('skip') },
    ]);
    const dataset = (await temporaryLake()).dataset('raw', 'decode');
    await ingestStream({
      source: kafkaStream(from),
      table: orders,
      dataset,
      until: 'drained',
      decode: ({ key, value }) => {
        if (value === undefined) return { id: key, amount: 0, note: 'gone' };
        return String(value) === 'skip' ? undefined : { id: key, amount: String(value) };
      },
    });
    expect(await rowsIn(dataset, 'id')).toMatchObject([
      { id: '1', amount: '0.50', _offset: '0' },
      { id: '2', note: 'gone', _offset: '1' },
    ]);
  });

  test('a batch is written when its rows, its bytes or its seconds are reached', async () => {
    const from = await topicOf('limits', 1);
    await topics.produce(broker.address, from.topic, range(0, 100));
    const lake = await temporaryLake();
    const parts = async (group: string, batch: object) => {
      const options = { table: orders, dataset: lake.dataset('raw', group), batch, until: 'drained' } as const;
      return (await ingestStream({ ...options, source: kafkaStream({ ...from, group }) })).parts;
    };
    expect(await parts('by-rows', { rows: 25 })).toBe(4);
    const bytes = range(0, 100).reduce((sum, { key, value }) => sum + key.length + value.length, 0);
    expect(await parts('by-bytes', { bytes: Math.ceil(bytes / 2) })).toBeGreaterThanOrEqual(2);
    const stop = new AbortController();
    const written: StreamProgress[] = [];
    const run = ingestStream({
      source: kafkaStream({ ...from, group: 'by-seconds' }),
      table: orders,
      dataset: lake.dataset('raw', 'by-seconds'),
      batch: { seconds: 0.5 },
      signal: stop.signal,
      onProgress: (progress) => written.push(progress),
    });
    await expect.poll(() => written.length, { timeout: 10_000 }).toBe(1);
    await topics.produce(broker.address, from.topic, range(100, 101));
    await expect.poll(() => written.length, { timeout: 10_000 }).toBe(2);
    // Told to end before its seconds are over, it writes what it has.
    await topics.produce(broker.address, from.topic, range(101, 102));
    await sleep(200);
    stop.abort();
    expect(await run).toMatchObject({ rows: 102 });
  });

  test('two of a group share the partitions; who comes and who goes loses nothing', async () => {
    const from = await topicOf('group', 4);
    const dataset = (await temporaryLake()).dataset('raw', 'group');
    const member = () => {
      const stop = new AbortController();
      const partitions = new Set<string>();
      const done = ingestStream({
        source: kafkaStream({ ...from, sessionSeconds: 2 }),
        table: orders,
        dataset,
        batch: { seconds: 0.2 },
        signal: stop.signal,
        onProgress: ({ positions }) => {
          for (const partition of Object.keys(positions)) partitions.add(partition);
        },
      });
      return { partitions, end: () => stop.abort(), done };
    };
    let sent = 0;
    const send = async (seconds: number) => {
      for (const end = Date.now() + seconds * 1000; Date.now() < end; sent += 50) {
        await topics.produce(broker.address, from.topic, range(sent, sent + 50));
      }
    };
    const first = member();
    await send(2);
    expect(first.partitions.size).toBe(4);
    const second = member();
    await send(4);
    expect(second.partitions.size).toBe(2);
    first.end();
    await first.done;
    await send(3);
    expect(second.partitions.size).toBe(4);
    second.end();
    await second.done;
    await ingestStream({ source: kafkaStream(from), table: orders, dataset, until: 'drained' });
    expect(await countIn(dataset, 'count(DISTINCT id)')).toBe(sent);
    expect(await countIn(dataset, 'count(DISTINCT (_partition, _offset))')).toBe(sent);
  }, 60_000);

  test('a broker that dies and comes back is waited for', async () => {
    const from = await topicOf('outage', 2);
    const dataset = (await temporaryLake()).dataset('raw', 'outage');
    await topics.produce(broker.address, from.topic, range(0, 100));
    const stop = new AbortController();
    const told: string[] = [];
    let rows = 0;
    const run = ingestStream({
      source: kafkaStream({ ...from, sessionSeconds: 2 }),
      table: orders,
      dataset,
      batch: { seconds: 0.2 },
      signal: stop.signal,
      retry: { attempts: 30, firstPause: 200, longestPause: 1000 },
      onProgress: (progress) => {
        rows = progress.rows;
        if (progress.message !== undefined) told.push(progress.message);
      },
    });
    await expect.poll(() => rows, { timeout: 20_000 }).toBe(100);
    await broker.kill();
    await expect.poll(() => told.length, { timeout: 30_000 }).toBeGreaterThan(0);
    await broker.restart();
    await topics.produce(broker.address, from.topic, range(100, 200));
    await expect.poll(() => countIn(dataset, 'count(DISTINCT id)'), { timeout: 60_000 }).toBe(200);
    stop.abort();
    await run;
    expect(told[0]).toMatch(/kafka:\/\/127.*; again in /);
  });

  test('records that expired unread are told, or skipped where that was asked for', async () => {
    const from = await topicOf('expired', 1);
    const dataset = (await temporaryLake()).dataset('raw', 'expired');
    const options = { table: orders, dataset, until: 'drained' } as const;
    await topics.produce(broker.address, from.topic, range(0, 10));
    await ingestStream({ ...options, source: kafkaStream(from) });
    await topics.produce(broker.address, from.topic, range(10, 30));
    await topics.deleteRecords(broker.address, from.topic, 20n);
    const failed = ingestStream({ ...options, source: kafkaStream(from) });
    await expect(failed).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(/10 records of partition 0, before 20, expired/),
    });
    expect(await ingestStream({ ...options, source: kafkaStream({ ...from, expired: 'skip' }) })).toMatchObject({
      rows: 10,
    });
  });

  test('what is not there, or nobody answers, is told', async () => {
    const dataset = (await temporaryLake()).dataset('raw', 'nothing');
    const options = { table: orders, dataset, until: 'drained', retry: { attempts: 1 } } as const;
    const from = { brokers: [broker.address], topic: 'no-such-topic', group: 'g' };
    const missing = ingestStream({ ...options, source: kafkaStream(from) });
    await expect(missing).rejects.toMatchObject({ code: 'notFound', message: expect.stringMatching(/no-such-topic/) });
    const nobody = { ...from, brokers: ['127.0.0.1:1'], username: 'me', password: 'only-here' };
    const unreachable = await ingestStream({ ...options, source: kafkaStream(nobody) }).catch(
      (error: unknown) => error,
    );
    expect(unreachable).toMatchObject({
      code: 'environment',
      message: expect.stringMatching(/127\.0\.0\.1:1.*ECONNREFUSED/),
    });
    expect(JSON.stringify(unreachable) + String((unreachable as Error).stack)).not.toContain('only-here');
  });
});
