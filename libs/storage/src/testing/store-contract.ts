import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Store } from '../object-store.ts';

const MEBIBYTE = 1024 * 1024;
/** Names that have to be encoded in an address. */
const NAMES = ['a.txt', 'b c+d.txt', 'é/100%.txt', 'é/x=1/y&z.txt', 'é-x', "it's (1)!*@,;$.txt"];

export interface Abilities {
  /** Whether writes take a condition. */
  readonly conditions: boolean;
  readonly signedUrls: boolean;
  /** Bytes of a part; more than is written where the server takes no parts. */
  readonly partSize?: number;
}

/** What is asked of every kind of store, each with what it can do. */
export function testStore(
  open: (prefix: string) => Promise<Store>,
  { conditions, signedUrls, partSize = 5 * MEBIBYTE }: Abilities,
): void {
  test('what is written is read: nothing, text, bytes, a stream of several parts', async () => {
    const store = await open('round-trip');
    const bytes = randomBytes(11 * MEBIBYTE + 1);
    await store.write('empty', '');
    await store.write('text', 'élan');
    await store.write('bytes', new Uint8Array(bytes.buffer, bytes.byteOffset + 1, 9));
    await store.write('stream', chunksOf(bytes), { partSize });
    expect(await store.readText('empty')).toBe('');
    expect(await store.readText('text')).toBe('élan');
    expect(await store.read('bytes')).toEqual(bytes.subarray(1, 10));
    expect(sha(await store.read('stream'))).toBe(sha(bytes));
    const streamed: Buffer[] = [];
    for await (const chunk of store.readStream('stream')) streamed.push(chunk);
    expect(sha(Buffer.concat(streamed))).toBe(sha(bytes));
  });

  test('a range is what a slice is, behind the end too', async () => {
    const store = await open('ranges');
    const bytes = randomBytes(3 * MEBIBYTE);
    await store.write('a', bytes);
    for (const [start, end] of [
      [0, 1],
      [7, 7],
      [1, 2 * MEBIBYTE + 1],
      [bytes.length - 3],
      [5],
      [0, bytes.length * 2],
    ]) {
      const range = { start: start ?? 0, ...(end !== undefined && { end }) };
      expect(sha(await store.read('a', { range })), JSON.stringify(range)).toBe(sha(bytes.subarray(start, end)));
    }
    expect(await store.read('a', { range: { start: bytes.length } })).toHaveLength(0);
    await expect(store.read('a', { range: { start: 2, end: 1 } })).rejects.toMatchObject({ code: 'usage' });
    await expect(store.read('b', { range: { start: 0, end: 1 } })).rejects.toMatchObject({ code: 'notFound' });
  });

  test('lists are sorted, with sizes and versions, whatever a name has in it', async () => {
    const store = await open('lists');
    for (const name of NAMES) await store.write(`in/${name}`, name);
    await store.write('inside', '');
    const sorted = NAMES.map((name) => `in/${name}`).sort();
    expect(await store.list('in/')).toEqual(sorted);
    expect(await store.list('in/é')).toEqual(sorted.filter((path) => path.startsWith('in/é')));
    expect(await store.list('in/é/x=1/y')).toEqual(['in/é/x=1/y&z.txt']);
    expect(await collected(store.paths('in/'))).toEqual(sorted);
    expect(await collected(store.paths('in'))).toEqual([...sorted, 'inside']);
    expect(await collected(store.paths('in/é/1'))).toEqual(['in/é/100%.txt']);
    const entries = await collected(store.entries('in/'));
    expect(entries.map(({ path, size }) => [path, size])).toEqual(
      sorted.map((path) => [path, Buffer.byteLength(path) - 3]),
    );
    for (const entry of entries) expect(entry).toEqual(await store.stat(entry.path));
    expect(await collected(store.entries('nothing/'))).toEqual([]);
  });

  test('a stat tells of a file alone; a version changes with each content', async () => {
    const store = await open('stats');
    expect(await store.stat('a/b')).toBeUndefined();
    const before = Date.now();
    await store.write('a/b', 'one');
    const first = await store.stat('a/b');
    expect(first).toMatchObject({ path: 'a/b', size: 3 });
    expect(Math.abs(Number(first?.modified) - before)).toBeLessThan(60_000);
    expect(await store.version('a/b')).toBe(first?.version);
    for (const path of ['a', 'a/b/c']) {
      expect(await store.stat(path)).toBeUndefined();
      await expect(store.read(path)).rejects.toMatchObject({ code: 'notFound' });
    }
    await store.write('a/b', 'two');
    expect(await store.version('a/b')).not.toBe(first?.version);
  });

  test('files are copied, moved and removed', async () => {
    const store = await open('moves');
    for (const name of NAMES) {
      await store.write(name, name);
      await store.copy(name, `copies/${name}`);
      await store.move(name, `moved/${name}`);
    }
    expect(await store.list('')).toEqual(NAMES.flatMap((name) => [`copies/${name}`, `moved/${name}`]).sort());
    expect(await store.readText('moved/b c+d.txt')).toBe('b c+d.txt');
    await store.copy('moved/a.txt', 'moved/a.txt');
    await store.move('moved/a.txt', 'moved/a.txt');
    expect(await store.readText('moved/a.txt')).toBe('a.txt');
    await store.remove('copies/');
    await store.remove('copies/');
    expect(await store.list('')).toEqual(NAMES.map((name) => `moved/${name}`).sort());
    await expect(store.copy('nothing', 'x')).rejects.toMatchObject({ code: 'notFound', reason: 'missing' });
    await expect(store.move('nothing', 'x')).rejects.toMatchObject({ code: 'notFound', reason: 'missing' });
  });

  test('a write that fails or is aborted leaves what was there', async () => {
    const store = await open('failures');
    await store.write('a', 'before');
    const failing = async function* () {
      yield* chunksOf(randomBytes(6 * MEBIBYTE));
      throw new Error('the source broke');
    };
    for (const path of ['a', 'b']) {
      await expect(store.write(path, failing(), { partSize })).rejects.toMatchObject({
        message: expect.stringMatching(/write [ab]: the source broke$/),
        cause: expect.objectContaining({ message: 'the source broke' }),
      });
      const signal = AbortSignal.timeout(50);
      await expect(store.write(path, slowly(), { signal })).rejects.toMatchObject({ name: 'TimeoutError' });
    }
    const read = AbortSignal.abort();
    await expect(store.read('a', { signal: read })).rejects.toMatchObject({ name: 'AbortError' });
    expect(await store.list('')).toEqual(['a']);
    expect(await store.readText('a')).toBe('before');
  });

  test('what is not there is named, with its location', async () => {
    const store = await open('missing');
    const missing = { code: 'notFound', reason: 'missing', message: expect.stringMatching(/:\/\/.*missing: .*no\/x/) };
    await expect(store.read('no/x')).rejects.toMatchObject(missing);
    await expect(store.version('no/x')).rejects.toMatchObject(missing);
    await expect(store.download('no/x', '/nowhere/x')).rejects.toMatchObject({ message: expect.stringContaining('x') });
  });

  if (conditions) testConditions(open);
  else {
    test('a condition is refused', async () => {
      const store = await open('conditions');
      for (const condition of [{ ifAbsent: true }, { ifMatch: '1' }]) {
        await expect(store.write('a', '', condition)).rejects.toMatchObject({ code: 'usage', reason: 'unsupported' });
      }
      expect(await store.list('')).toEqual([]);
    });
  }

  if (signedUrls) testSignedUrls(open);
  else {
    test('a signed URL is refused', async () => {
      const store = await open('signed');
      const signed = store.signedUrl('a', { access: 'read', expires: 60 });
      await expect(signed).rejects.toMatchObject({ code: 'usage', reason: 'unsupported' });
    });
  }
}

function testConditions(open: (prefix: string) => Promise<Store>): void {
  test('of 20 writers of a file that is not there, one wins', async () => {
    const stores = await Promise.all(Array.from({ length: 20 }, () => open('absent')));
    const content = (index: number) => (index % 2 === 0 ? `writer ${index}` : chunksOf(Buffer.from(`writer ${index}`)));
    const outcomes = await Promise.allSettled(
      stores.map((store, index) => store.write('lease', content(index), { ifAbsent: true })),
    );
    const winners = outcomes.flatMap(({ status }, index) => (status === 'fulfilled' ? [index] : []));
    expect(winners).toHaveLength(1);
    expect(await stores[0]?.readText('lease')).toBe(`writer ${winners[0]}`);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'busy', reason: 'changed' });
    }
    expect(await stores[0]?.list('')).toEqual(['lease']);
  });

  test('of 20 writers over one version, one wins; writers that try again lose no update', async () => {
    const store = await open('match');
    await store.write('count', '0');
    const version = await store.version('count');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => store.write('count', `-${index}`, { ifMatch: version })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await store.write('count', '0');
    await Promise.all(Array.from({ length: 5 }, () => countUp(store, 4)));
    expect(await store.readText('count')).toBe('20');
    await expect(store.write('nothing', '', { ifMatch: version })).rejects.toMatchObject({ code: 'busy' });
    expect(await store.list('')).toEqual(['count']);
  });
}

/** Adds one, as often as it is told to, against others that do. */
async function countUp(store: Store, times: number): Promise<void> {
  for (let done = 0; done < times; ) {
    const version = await store.version('count');
    const next = String(Number(await store.readText('count')) + 1);
    const outcome = await store
      .write('count', next, { ifMatch: version })
      .catch((error: { code: string }) => error.code);
    if (outcome === undefined) done++;
    else expect(outcome).toBe('busy');
  }
}

function testSignedUrls(open: (prefix: string) => Promise<Store>): void {
  test('a signed URL reads or writes its one file', async () => {
    const store = await open('signed');
    const bytes = Buffer.from('by a URL alone');
    for (const name of NAMES) {
      const { url, method, headers } = await store.signedUrl(name, { access: 'write', expires: 60 });
      expect((await fetch(url, { method, headers, body: bytes })).ok, name).toBe(true);
      expect(await store.read(name)).toEqual(bytes);
      const toRead = await store.signedUrl(name, { access: 'read', expires: 60 });
      expect(await (await fetch(toRead.url)).text()).toBe('by a URL alone');
    }
    for (const expires of [0, 1.5, 604_801]) {
      const refused = { code: 'usage', hint: expect.stringContaining('whole seconds') };
      await expect(store.signedUrl('a', { access: 'read', expires })).rejects.toMatchObject(refused);
    }
  });
}

async function* chunksOf(bytes: Buffer): AsyncIterable<Buffer> {
  for (let start = 0; start < bytes.length; start += 300_000) yield bytes.subarray(start, start + 300_000);
}

async function* slowly(): AsyncIterable<Buffer> {
  for (;;) {
    yield Buffer.from('x');
    await sleep(10);
  }
}

async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function sha(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
