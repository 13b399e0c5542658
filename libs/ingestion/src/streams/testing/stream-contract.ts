import { expect, test } from 'vitest';
import { compact } from '../../compact/compact.ts';
import { defineTable } from '../../table/define-table.ts';
import { countIn, refusedIn, rowsIn, temporaryLake } from '../../testing/temporary-lake.ts';
import { ingestStream } from '../ingest-stream.ts';
import type { StreamSource } from '../stream-source.ts';

/** A stream that was made for a test. */
export interface MadeStream {
  readonly source: StreamSource;
  /** The same key is always in one partition. */
  readonly put: (messages: readonly { readonly key: string; readonly value: string }[]) => Promise<unknown>;
}

const orders = defineTable({ columns: { id: 'BIGINT', state: 'VARCHAR' }, key: ['id'] });

const order = (id: number, state = 'new') => ({ key: String(id), value: JSON.stringify({ id, state }) });
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => order(from + index));

/** What is asked of every kind of stream. */
export function testStream(make: (name: string) => Promise<MadeStream>): void {
  const fresh = async (name: string) => {
    const { source, put } = await make(name);
    const lake = await temporaryLake();
    const options = { source, table: orders, dataset: lake.dataset('raw', 'orders'), until: 'drained' } as const;
    return { put, options, lake, dataset: options.dataset };
  };

  test('what was written is not read again, what came since is', async () => {
    const { put, options, dataset } = await fresh('again');
    expect(await ingestStream(options)).toMatchObject({ rows: 0, parts: 0 });
    await put(range(0, 300));
    expect(await ingestStream(options)).toMatchObject({ rows: 300, quarantined: 0 });
    await put(range(300, 310));
    expect(await ingestStream(options)).toMatchObject({ rows: 10 });
    expect(await ingestStream(options)).toMatchObject({ rows: 0 });
    expect(await countIn(dataset, 'count(*)')).toBe(310);
    expect(await countIn(dataset, 'count(DISTINCT (_partition, _offset))')).toBe(310);
    const [row] = await rowsIn(dataset, 'id');
    expect(row).toMatchObject({ id: '0', state: 'new', _partition: expect.stringMatching(/./) });
    expect(Math.abs(Date.parse(`${row?._timestamp}Z`) - Date.now())).toBeLessThan(60_000);
  });

  test('in small batches all is read, part by part', async () => {
    const { put, options, dataset } = await fresh('small');
    await put(range(0, 500));
    const { parts } = await ingestStream({ ...options, batch: { rows: 50 } });
    expect(parts).toBeGreaterThanOrEqual(2);
    expect(await countIn(dataset, 'count(DISTINCT id)')).toBe(500);
  });

  test('a run whose files are there, and that could not say so, is repeated without a loss', async () => {
    const { put, options, dataset } = await fresh('uncommitted');
    await put(range(0, 100));
    const { source } = options;
    const broken: StreamSource = {
      ...source,
      open: async (request) => {
        const stream = await source.open(request);
        const commit = () => Promise.reject(new Error('killed'));
        return { events: stream.events, isDrained: () => stream.isDrained(), close: () => stream.close(), commit };
      },
    };
    await expect(ingestStream({ ...options, source: broken })).rejects.toThrow('killed');
    await put(range(100, 120));
    await ingestStream(options);
    expect(await countIn(dataset, 'count(DISTINCT id)')).toBe(120);
    expect(await countIn(dataset, 'count(DISTINCT (_partition, _offset))')).toBe(120);
  });

  test('a poison message is put aside with where it was, and the others are rows', async () => {
    const { put, options, dataset } = await fresh('poison');
    await put([order(1), { key: '1', value: '{"id"' }, order(2)]);
    expect(await ingestStream(options)).toMatchObject({ rows: 2, quarantined: 1 });
    const [refused] = await refusedIn(dataset);
    expect(Buffer.from(String(refused?.raw), 'base64').toString()).toBe('{"id"');
    expect(refused).toMatchObject({
      reason: expect.stringContaining("can't be decoded"),
      _partition: expect.stringMatching(/./),
      _offset: expect.stringMatching(/./),
    });
  });

  test('compacted, there is the latest of each key', async () => {
    const { put, options, lake, dataset } = await fresh('latest');
    for (const state of ['new', 'paid', 'sent']) {
      await put([order(1, state), order(2, state)]);
      await ingestStream(options);
    }
    const to = lake.dataset('curated', 'orders');
    expect(await compact({ from: dataset, to, table: orders })).toMatchObject({ rows: 2, dropped: 4 });
    expect(await rowsIn(to, 'id')).toEqual([
      { id: '1', state: 'sent' },
      { id: '2', state: 'sent' },
    ]);
  });
}
