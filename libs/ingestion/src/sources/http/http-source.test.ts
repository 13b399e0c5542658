import { onTestFinished } from 'vitest';
import { describe, expect, test } from 'vitest';
import { ingest } from '../../ingest.ts';
import type { Dataset } from '../../lake/dataset.ts';
import { defineTable } from '../../table/define-table.ts';
import { FAULTS, type Fault, itemsFrom, type ListingServer, listingServer } from '../../testing/listing-server.ts';
import { refusedIn, rowsIn, temporaryLake } from '../../testing/temporary-lake.ts';
import { type HttpSourceOptions, httpSource } from './http-source.ts';
import { cursorPages, linkedPages, numberedPages, offsetPages, onePage, type Paging } from './paging.ts';

const items = defineTable({
  columns: { id: 'BIGINT', amount: 'DOUBLE', changed: 'TIMESTAMP' },
  key: ['id'],
  watermark: 'changed',
});

type Body = { items: object[]; next?: number };

const byCursor = cursorPages({ parameter: 'cursor', next: (body) => (body as Body).next });

async function served(...given: Parameters<typeof listingServer>): Promise<ListingServer> {
  const server = await listingServer(...given);
  onTestFinished(() => server.close());
  return server;
}

async function rawItems(): Promise<Dataset> {
  return (await temporaryLake()).dataset('raw', 'items');
}

function run(
  server: ListingServer,
  dataset: Dataset,
  options: Partial<HttpSourceOptions> & { path?: string; told?: string[] } = {},
) {
  const { path = '/cursor', told = [], ...rest } = options;
  const source = httpSource({
    url: `${server.url}${path}`,
    headers: { authorization: 'Bearer open-sesame' },
    rows: (body) => (Array.isArray(body) ? body : (body as Body).items),
    pages: byCursor,
    since: 'since',
    lookback: 0,
    rowsPerPart: 20,
    retry: { attempts: 4, firstPause: 1 },
    ...rest,
  });
  return ingest({
    source,
    table: items,
    dataset,
    retry: { attempts: 1 },
    onProgress: ({ message }) => void (message && told.push(message)),
  });
}

const ids = async (dataset: Dataset) => (await rowsIn(dataset, '_sequence')).map(({ id }) => Number(id));
const upTo = (count: number, first = 0) => Array.from({ length: count }, (_, index) => first + index);

describe('pages', () => {
  const ways: [path: string, pages: Paging][] = [
    ['/cursor', byCursor],
    ['/offset', offsetPages({ size: 10 })],
    ['/page', numberedPages()],
    ['/link?key=secret', linkedPages()],
    ['/all', onePage()],
  ];
  test.each(ways)('%s: all rows once, and later what is new', async (path, pages) => {
    const server = await served(itemsFrom(0, 45));
    const dataset = await rawItems();
    const parts = path === '/all' ? 1 : 3;
    expect(await run(server, dataset, { path, pages })).toMatchObject({ rows: 45, parts });
    expect(await ids(dataset)).toEqual(upTo(45));
    server.items.push(...itemsFrom(45, 15));
    // The API answers the last moment again.
    expect(await run(server, dataset, { path, pages })).toMatchObject({ rows: 16 });
    const files = await dataset.files();
    expect(await run(server, dataset, { path, pages })).toMatchObject({ rows: 1 });
    expect(await run(server, dataset, { path, pages })).toMatchObject({ rows: 1 });
    expect(await dataset.files()).toHaveLength(files.length + 1);
    expect(new Set(await ids(dataset))).toEqual(new Set(upTo(60)));
    expect(await dataset.store.readText(dataset.positionPath)).not.toContain('secret');
  });

  test('a listing of whole multiples ends', async () => {
    const server = await served(itemsFrom(0, 20));
    expect(await run(server, await rawItems(), { path: '/offset', pages: offsetPages({ size: 10 }) })).toMatchObject({
      rows: 20,
    });
  });
});

test('what goes wrong for a while is tried again, and no row is lost or there twice', async () => {
  const server = await served(itemsFrom(0, 100));
  const faults: Fault[] = [FAULTS.busy(0), FAULTS.broken(), FAULTS.proxy(), FAULTS.reset(), FAULTS.cut()];
  server.fault = (count) => (count % 2 ? faults[Math.floor(count / 2) % faults.length] : undefined);
  const dataset = await rawItems();
  const told: string[] = [];
  expect(await run(server, dataset, { told })).toMatchObject({ rows: 100 });
  expect(await ids(dataset)).toEqual(upTo(100));
  for (const said of [
    /HTTP 429: slow down/,
    /HTTP 500: .*oops/,
    /HTTP 502: <html>/,
    /other side closed|ECONNRESET/,
    /terminated|closed/,
  ]) {
    expect(told).toContainEqual(expect.stringMatching(said));
  }
});

test('a service is left alone for as long as it asks', async () => {
  const server = await served(itemsFrom(0, 5));
  const faults = [FAULTS.busy(1), FAULTS.away()];
  server.fault = (count) => faults[count - 1];
  const told: string[] = [];
  const started = Date.now();
  await run(server, await rawItems(), { told });
  // A date has whole seconds, so that it may be almost one too early.
  expect(Date.now() - started).toBeGreaterThan(1000);
  expect(told[0]).toMatch(/429.*again in 1\.0 s/);
  expect(told[1]).toMatch(/503.*again in [01]\.\d s/);
});

test('requests are not faster than is allowed', async () => {
  const server = await served(itemsFrom(0, 50));
  const started = Date.now();
  await run(server, await rawItems(), { requestsPerSecond: 20 });
  expect(server.asked).toHaveLength(5);
  expect(Date.now() - started).toBeGreaterThanOrEqual(195);
});

test('a run that fails for good goes on behind its last part', async () => {
  const server = await served(itemsFrom(0, 100));
  const dataset = await rawItems();
  server.fault = (count) => (count > 5 ? FAULTS.broken() : undefined);
  await expect(run(server, dataset)).rejects.toMatchObject({
    code: 'environment',
    message: expect.stringContaining('HTTP 500'),
  });
  expect(await ids(dataset)).toEqual(upTo(40));
  server.fault = () => undefined;
  server.asked.length = 0;
  expect(await run(server, dataset)).toMatchObject({ rows: 60 });
  expect(server.asked[0]).toMatch(/cursor=39/);
  expect(await ids(dataset)).toEqual(upTo(100));
});

test('a cursor that has run out leads back to the begin of the listing, over the same parts', async () => {
  const server = await served(itemsFrom(0, 100));
  const dataset = await rawItems();
  server.fault = (count) => (count > 5 ? FAULTS.broken() : undefined);
  await run(server, dataset).catch(() => undefined);
  server.asked.length = 0;
  server.fault = (count) => (count === 1 ? (_, reply) => reply.code(410).send('cursor expired') : undefined);
  const told: string[] = [];
  expect(await run(server, dataset, { told })).toMatchObject({ rows: 100 });
  expect(told).toEqual([expect.stringMatching(/HTTP 410: cursor expired: the listing is read from its begin/)]);
  expect((await ids(dataset)).sort((a, b) => a - b)).toEqual(upTo(100));
});

test('without since the whole listing takes the place of the one before', async () => {
  const server = await served(itemsFrom(0, 45));
  const dataset = await rawItems();
  const { since: _, ...whole } = { since: undefined };
  const source = () =>
    httpSource({
      url: `${server.url}/cursor`,
      headers: { authorization: 'Bearer open-sesame' },
      rows: (body) => (body as Body).items,
      pages: byCursor,
      rowsPerPart: 20,
      ...whole,
    });
  await ingest({ source: source(), table: items, dataset });
  server.items.splice(0, 30);
  expect(await ingest({ source: source(), table: items, dataset })).toMatchObject({
    rows: 15,
    position: { reading: 2 },
  });
  expect(await ids(dataset)).toEqual(upTo(15, 30));
  server.items.splice(0);
  await ingest({ source: source(), table: items, dataset });
  expect(await dataset.files()).toEqual([]);
});

test('what changes on a page that has been read is read by the next run', async () => {
  const server = await served(itemsFrom(0, 40));
  const dataset = await rawItems();
  const now = () => new Date().toISOString();
  server.fault = (count) => {
    if (count === 3) {
      server.items[0] = { id: 0, amount: -1, changed: now() };
      server.items.push({ id: 40, amount: -2, changed: new Date(Date.now() + 30_000).toISOString() });
    }
    return undefined;
  };
  await run(server, dataset);
  expect(await ids(dataset)).toEqual(upTo(41));
  expect(await run(server, dataset)).toMatchObject({ rows: 2 });
  expect((await rowsIn(dataset, '_sequence')).slice(-2)).toMatchObject([{ amount: -1 }, { amount: -2 }]);
});

test('whole numbers keep all their digits, and what is no object goes to quarantine', async () => {
  const server = await served();
  server.fault = () => (_, reply) =>
    reply
      .type('application/json')
      .send('{"items":[{"id":9007199254740993,"amount":0.1,"changed":"2024-05-01T00:00:00Z"},7,null]}');
  const dataset = await rawItems();
  expect(await run(server, dataset)).toMatchObject({ rows: 1, quarantined: 2 });
  expect(await rowsIn(dataset)).toMatchObject([{ id: '9007199254740993', amount: 0.1 }]);
  expect((await refusedIn(dataset)).map(({ raw }) => raw).sort()).toEqual(['7', 'null']);
});

describe('what is wrong is told', () => {
  const html: Fault = (_, reply) => reply.type('text/html').send('<!doctype html><title>Sign in</title>');
  const json =
    (text: string): Fault =>
    (_, reply) =>
      reply.type('application/json').send(text);
  const cases: [
    what: string,
    fault: Fault | undefined,
    options: Partial<HttpSourceOptions>,
    code: string,
    message: RegExp,
  ][] = [
    ['no token', undefined, { headers: {} }, 'environment', /\/cursor: HTTP 401: .*no token/],
    ['no such path', undefined, { url: 'x' }, 'notFound', /HTTP 404/],
    ['a page for people', html, {}, 'data', /expected JSON, got text\/html: <!doctype html><title>Sign in/],
    ['JSON that is none', json('{"items": ['), {}, 'data', /expected JSON, got application\/json/],
    ['another form', json('{"data": []}'), {}, 'data', /rows\(\) found no list of rows in the answer {"data":\[\]}/],
    ['a form that rows() fails on', json('null'), {}, 'data', /answer null: .*null/],
    ['a page that names itself', json('{"items": [{}], "next": 5}'), {}, 'data', /a page names itself as the next: 5/],
    [
      'a redirect',
      (_, reply) => reply.redirect('https://login.example.com/?token=abc'),
      {},
      'config',
      /leads to https:\/\/login\.example\.com\/\?token=\*\*\*/,
    ],
    [
      'silence',
      () => new Promise(() => undefined),
      { timeoutMilliseconds: 50, retry: { attempts: 2, firstPause: 1 } },
      'environment',
      /no answer within 0.05 s/,
    ],
    ['too long a pause', FAULTS.busy(3600), {}, 'environment', /429/],
  ];
  test.each(cases)('%s', async (_, fault, { url, ...options }, code, message) => {
    const server = await served(itemsFrom(0, 5));
    server.fault = () => fault;
    const dataset = await rawItems();
    const path = url === undefined ? {} : { path: '/nothing' };
    await expect(run(server, dataset, { ...options, ...path })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(await dataset.files()).toEqual([]);
  });

  test('nobody there', async () => {
    const server = await served();
    await server.close();
    await expect(run(server, await rawItems())).rejects.toMatchObject({
      code: 'environment',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('a listing that leads to another host', async () => {
    const server = await served();
    server.fault = () => (_, reply) => reply.header('link', '<https://evil.example.com/>; rel=next').send([{}]);
    await expect(run(server, await rawItems(), { pages: linkedPages() })).rejects.toMatchObject({
      code: 'data',
      message: expect.stringContaining('https://evil.example.com'),
    });
  });

  test.each(['api/orders', 'ftp://host/x', 'https://me:secret@host/x'])('%s is no address', (url) => {
    const make = () => httpSource({ url, rows: () => [], pages: onePage() });
    expect(make).toThrow(/is no address to ask/);
    expect(make).toThrow(/^(?!.*secret)/);
  });
});

test('a run that is told to stop stops, and the next one goes on', async () => {
  const server = await served(itemsFrom(0, 100));
  const dataset = await rawItems();
  const source = httpSource({
    url: `${server.url}/cursor`,
    headers: () => ({ authorization: 'Bearer open-sesame' }),
    rows: (body) => (body as Body).items,
    pages: byCursor,
    since: (changed) => ({ since: changed }),
    rowsPerPart: 20,
  });
  const stop = new AbortController();
  const stopped = ingest({
    source,
    table: items,
    dataset,
    signal: stop.signal,
    onProgress: ({ parts }) => parts === 2 && stop.abort(),
  });
  await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  expect(await ingest({ source, table: items, dataset })).toMatchObject({ rows: 60 });
  expect(await ids(dataset)).toEqual(upTo(100));
});
