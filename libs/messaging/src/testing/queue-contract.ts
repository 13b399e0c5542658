import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { DEAD_LETTER } from '../consume/dead-letters.ts';
import type { ConsumeOptions, Message, Problem } from '../message.ts';
import { type JsonOptions, openQueue } from '../open-queue.ts';
import type { Queue } from '../queue.ts';

/** A queue that was made for a test. */
export interface MadeQueue {
  readonly uri: string;
  readonly deadLetter: string;
  /** Two subscriptions of one topic, where there are topics. */
  readonly subscriptions?: readonly [string, string];
  /** Sends a body past this library. */
  readonly sendRaw: (body: string) => Promise<unknown>;
}

export interface QueueAbilities {
  readonly make: (name: string) => Promise<MadeQueue>;
  /** Nothing came for so many seconds: there is nothing. */
  readonly idleSeconds: number;
  /** Seconds of a lease, short enough for a test to wait for its end. */
  readonly leaseSeconds: number;
  /** Seconds until a message that failed comes again. */
  readonly retrySeconds?: number;
  /** Counts how often a message was handed out, over all consumers. */
  readonly countsAttempts: boolean;
  /** Messages of one key are handled in order, even when one fails. */
  readonly ordered: boolean;
}

/** What is asked of every kind of queue; each test has a queue of its own, so that they may run at a time. */
export function testQueue({
  make,
  idleSeconds,
  leaseSeconds,
  retrySeconds = 0.1,
  countsAttempts,
  ordered,
}: QueueAbilities): void {
  const opened: { readonly close: () => Promise<void> }[] = [];
  afterAll(async () => {
    await Promise.all(opened.map((queue) => queue.close()));
  });
  const open = async <Body = unknown>(uri: string, options?: JsonOptions<Body>) => {
    const queue = await openQueue<Body>(uri, options);
    opened.push(queue);
    return queue;
  };
  const fresh = (name: string) => make(`${name}-${randomUUID().slice(0, 8)}`);
  const quick: ConsumeOptions = { idleSeconds, leaseSeconds, retrySeconds: () => retrySeconds };
  /** All that a queue has; what was handled is gone. */
  const drain = async (uri: string) => {
    const messages: Message<unknown>[] = [];
    await (await open(uri)).consume((message) => messages.push(message), quick);
    return messages;
  };

  test('what is published is handled once, with all that belongs to it', async () => {
    const { uri } = await fresh('round-trip');
    const queue = await open(uri);
    const body = { text: 'élan "quoted" <&>\n', list: [1, 2.5, null, true], deep: { a: {} } };
    const before = Date.now();
    await queue.publish(body, {
      key: 'customer-ü',
      attributes: { kind: 'order', 'x.y-z_1': 'ß' },
      dedupeId: 'order-7',
    });
    await queue.publish('text');
    const messages = await drain(uri);
    expect(messages.map((message) => message.body)).toEqual(expect.arrayContaining([body, 'text']));
    const first = messages.find((message) => message.key !== undefined);
    expect(first).toMatchObject({ key: 'customer-ü', dedupeId: 'order-7', attempt: 1, id: expect.stringMatching(/./) });
    expect(first?.attributes).toEqual({ kind: 'order', 'x.y-z_1': 'ß' });
    expect(Math.abs(Number(first?.published) - before)).toBeLessThan(60_000);
    const second = messages.find((message) => message.key === undefined);
    expect(second).not.toHaveProperty('dedupeId');
    expect(second?.attributes).toEqual({});
    expect(await drain(uri)).toEqual([]);
  });

  test('a message whose handler throws comes again, and its attempts are counted', async () => {
    const { uri, deadLetter } = await fresh('again');
    const queue = await open(uri);
    await queue.publish('shaky');
    const attempts: number[] = [];
    const problems: Problem[] = [];
    const report = await queue.consume(
      ({ attempt }) => {
        attempts.push(attempt);
        if (attempt < 3) throw new Error(`not yet: ${attempt}`);
      },
      { ...quick, deadLetter, maxAttempts: 5, onProblem: (problem) => problems.push(problem) },
    );
    expect(attempts).toEqual([1, 2, 3]);
    expect(report).toEqual({ handled: 1, retried: 2, deadLettered: 0, duplicates: 0 });
    expect(problems.map(({ outcome, error }) => [outcome, String(error)])).toEqual([
      ['retry', 'Error: not yet: 1'],
      ['retry', 'Error: not yet: 2'],
    ]);
    expect(await drain(deadLetter)).toEqual([]);
  });

  test('a poison message goes to the dead letters with its reason, and those around it are handled', async () => {
    const { uri, deadLetter } = await fresh('poison');
    const queue = await open(uri);
    for (const name of ['a', 'poison', 'b']) await queue.publish({ name }, { key: name, attributes: { name } });
    const handled: unknown[] = [];
    const report = await queue.consume(
      ({ body }) => {
        if ((body as { name: string }).name === 'poison') throw new Error('this one is no good');
        handled.push(body);
      },
      { ...quick, deadLetter, maxAttempts: 3 },
    );
    expect(report).toEqual({ handled: 2, retried: 2, deadLettered: 1, duplicates: 0 });
    expect(handled).toHaveLength(2);
    const [letter, ...others] = await drain(deadLetter);
    expect(others).toEqual([]);
    expect(letter).toMatchObject({ body: { name: 'poison' }, key: 'poison', attributes: { name: 'poison' } });
    expect(JSON.parse(letter?.attributes[DEAD_LETTER] ?? '')).toEqual({
      reason: 'this one is no good',
      attempts: 3,
      queue: uri.replace(/\/\/.*@/, '//***@'),
      id: expect.any(String),
      at: expect.any(String),
    });
    expect(await drain(uri)).toEqual([]);
  });

  test('what is no JSON, or not what the schema takes, is put aside as it came, and never handled', async () => {
    const { uri, deadLetter, sendRaw } = await fresh('unreadable');
    const schema = z.object({ n: z.int() });
    const queue = await open(uri, { schema });
    await sendRaw('{"n": 1');
    await sendRaw('{"n": "one"}');
    await sendRaw('{"n": 2, "more": true}');
    const handled: number[] = [];
    const options = { ...quick, deadLetter, maxAttempts: 5 };
    const report = await queue.consume(({ body }) => handled.push(body.n), options);
    expect(handled).toEqual([2]);
    expect(report).toMatchObject({ handled: 1, retried: 0, deadLettered: 2 });
    const bytes = await openQueue(deadLetter, { format: 'bytes' });
    const letters: string[] = [];
    await bytes.consume(({ body, attributes }) => letters.push(`${body} ${attributes[DEAD_LETTER]}`), quick);
    await bytes.close();
    const said = letters.join('\n');
    expect(said).toMatch(/^{"n": 1 .*the body is no JSON/m);
    expect(said).toMatch(/^{"n": "one"} .*the body is not what the schema takes: n: /m);
    await expect(queue.publish({ n: 1.5 })).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(/n: /),
    });
  });

  test('without a place for dead letters a message is tried until it is done', async () => {
    const { uri } = await fresh('for-ever');
    const queue = await open(uri);
    await queue.publish(1);
    let tries = 0;
    await queue.consume(() => {
      if (++tries < 8) throw new Error('not yet');
    }, quick);
    expect(tries).toBe(8);
    await expect(queue.consume(() => undefined, { maxAttempts: 3 })).rejects.toMatchObject({ code: 'usage' });
  });

  test('of two messages of one id one is handled; a failed one does not count', async () => {
    const { uri } = await fresh('dedupe');
    const queue = await open(uri);
    for (const n of [1, 2, 3]) await queue.publish(n, { dedupeId: 'same' });
    await queue.publish(4, { dedupeId: 'other' });
    await queue.publish(5);
    await queue.publish(5);
    const handled: unknown[] = [];
    let failures = 0;
    await queue.consume(
      async ({ body, dedupeId }) => {
        await sleep(50);
        if (dedupeId === 'same' && failures++ === 0) throw new Error('once');
        handled.push(body);
      },
      { ...quick, concurrency: 6 },
    );
    expect(handled).toHaveLength(4);
    expect(handled).toEqual(expect.arrayContaining([4, 5, 5]));
  });

  test('a message stays with a handler that takes longer than a lease', async () => {
    const { uri } = await fresh('long');
    const queue = await open(uri);
    await queue.publish('slow');
    let calls = 0;
    const report = await queue.consume(
      async ({ signal }) => {
        calls++;
        await sleep(leaseSeconds * 2500);
        expect(signal.aborted).toBe(false);
      },
      { ...quick, idleSeconds: leaseSeconds + 0.5 },
    );
    expect(calls).toBe(1);
    expect(report).toMatchObject({ handled: 1, retried: 0 });
    expect(await drain(uri)).toEqual([]);
  });

  test('a consumer that ends finishes what it began; the rest is for the next', async () => {
    const { uri } = await fresh('stop');
    const queue = await open(uri);
    await Promise.all(Array.from({ length: 10 }, (_, n) => queue.publish(n)));
    const stop = new AbortController();
    const handled: unknown[] = [];
    await queue.consume(
      async ({ body }) => {
        stop.abort();
        await sleep(200);
        handled.push(body);
      },
      { ...quick, concurrency: 3, signal: stop.signal },
    );
    expect(handled.length).toBeGreaterThan(0);
    expect(handled.length).toBeLessThanOrEqual(3);
    const rest = await drain(uri);
    expect([...handled, ...rest.map(({ body }) => body)].sort()).toEqual(Array.from({ length: 10 }, (_, n) => n));
  });

  test('a handler that does not end in time is told, and its message comes again', async () => {
    const { uri } = await fresh('late');
    const queue = await open(uri);
    await queue.publish('stuck');
    const stop = new AbortController();
    let told = false;
    await queue.consume(
      async ({ signal }) => {
        stop.abort();
        await sleep(60_000, undefined, { signal }).catch(() => {
          told = true;
          throw new Error('interrupted');
        });
      },
      { ...quick, signal: stop.signal, graceSeconds: 0.2 },
    );
    expect(told).toBe(true);
    expect((await drain(uri)).map(({ body }) => body)).toEqual(['stuck']);
  });

  test('no more are handled at a time than was asked for, and as many', async () => {
    const { uri } = await fresh('concurrency');
    const queue = await open(uri);
    await Promise.all(Array.from({ length: 12 }, (_, n) => queue.publish(n)));
    let [now, most] = [0, 0];
    await queue.consume(
      async () => {
        most = Math.max(most, ++now);
        await sleep(150);
        now--;
      },
      { ...quick, concurrency: 4 },
    );
    expect(most).toBe(4);
  });

  test('an iterator acknowledges and refuses; who leaves it gives back the rest', async () => {
    const { uri, deadLetter } = await fresh('iterator');
    const queue = await open(uri);
    for (const n of [1, 2, 3, 4]) await queue.publish(n);
    const seen: unknown[] = [];
    const options = { ...quick, deadLetter, maxAttempts: 1, concurrency: 2 };
    for await (const { body, ack, nack } of queue.messages(options)) {
      seen.push(body);
      if (seen.length === 1) await ack();
      else if (seen.length === 2) await nack('not this one');
      else break;
    }
    const letters = await drain(deadLetter);
    expect(letters.map(({ body }) => body)).toEqual([seen[1]]);
    expect(letters[0]?.attributes[DEAD_LETTER]).toContain('not this one');
    const rest = (await drain(uri)).map(({ body }) => body);
    expect([seen[0], seen[1], ...rest].sort()).toEqual([1, 2, 3, 4]);
  });

  if (ordered) {
    test('messages of one key are handled in order, though some fail', async () => {
      const { uri } = await fresh('order');
      const queue = await open(uri);
      for (let n = 0; n < 40; n++) await queue.publish(n, { key: `key-${n % 4}` });
      const handled: number[] = [];
      await queue.consume(
        async ({ body, attempt }) => {
          if ((body as number) % 5 === 0 && attempt < 3) throw new Error('later');
          await sleep(Math.random() * 10);
          handled.push(body as number);
        },
        { ...quick, retrySeconds: () => 0.05 },
      );
      for (const rest of [0, 1, 2, 3]) {
        const ofKey = handled.filter((n) => n % 4 === rest);
        expect(ofKey).toEqual(ofKey.toSorted((a, b) => a - b));
      }
      expect(handled).toHaveLength(40);
    });
  }

  if (countsAttempts) {
    test('a message that kills its consumers, without an answer, ends among the dead letters', async () => {
      const { uri, deadLetter } = await fresh('killer');
      const queue = await open(uri);
      await queue.publish('deadly');
      for (let crash = 0; crash < 2; crash++) {
        // Ends without a word, as a killed process does: neither an answer nor another extension.
        const stop = new AbortController();
        const never = { ...quick, signal: stop.signal, graceSeconds: 0.1, deadLetter, maxAttempts: 2 };
        await queue.consume(() => {
          stop.abort();
          return new Promise(() => undefined);
        }, never);
        await sleep(leaseSeconds * 1000 + 200);
      }
      const handler = () => expect.unreachable();
      const report = await queue.consume(handler, { ...quick, deadLetter, maxAttempts: 2 });
      expect(report.handled).toBe(0);
      // Where a lease is lost meanwhile, another copy may be put aside as well.
      expect(report.deadLettered).toBeGreaterThanOrEqual(1);
      const [letter] = await drain(deadLetter);
      expect(letter?.attributes[DEAD_LETTER]).toContain('nobody said what became of it');
    });
  }

  test('each subscription of a topic gets every message', async ({ skip }) => {
    const { subscriptions } = await fresh('fan-out');
    if (subscriptions === undefined) return skip('a queue has no subscriptions');
    const [first, second] = await Promise.all(subscriptions.map((uri) => open(uri)));
    await first?.publish('to all');
    const bodies = async (queue: Queue<unknown> | undefined) => {
      const all: unknown[] = [];
      await queue?.consume(({ body }) => all.push(body), quick);
      return all;
    };
    expect(await bodies(first)).toEqual(['to all']);
    expect(await bodies(second)).toEqual(['to all']);
  });

  // By itself, also where others run beside each other: it keeps a server so busy that their leases end.
  test('of 400 messages, with a handler that fails at random, none is lost', { concurrent: false }, async () => {
    const { uri, deadLetter } = await fresh('load');
    const queue = await open(uri);
    const all = Array.from({ length: 400 }, (_, n) => n);
    await Promise.all(all.map((n) => queue.publish(n, { key: `key-${n % 7}`, dedupeId: String(n) })));
    const handled: number[] = [];
    const work: ConsumeOptions = {
      ...quick,
      retrySeconds: () => 0,
      concurrency: 16,
      deadLetter,
      maxAttempts: 50,
    };
    const report = await queue.consume(({ body }) => {
      if (Math.random() < 0.2) throw new Error('at random');
      handled.push(body as number);
    }, work);
    expect(handled.toSorted((a, b) => a - b)).toEqual(all);
    // A busy machine may lose a lease before the answer is sent: the message comes again, and isn't handled again.
    expect(report.handled).toBeLessThanOrEqual(400);
    expect(report.handled + report.duplicates).toBeGreaterThanOrEqual(400);
    expect(report.deadLettered).toBe(0);
    expect(report.retried).toBeGreaterThan(20);
  });
}
