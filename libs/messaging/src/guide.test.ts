import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { firstOf } from './fixtures/guide/one-by-one.ts';
import { sendBack } from './fixtures/guide/send-back.ts';
import { parseLocation } from './location.ts';
import { openQueue } from './open-queue.ts';

const GUIDE = readFileSync(join(import.meta.dirname, '../../../docs/messaging.md'), 'utf8');
const FIXTURE = join(import.meta.dirname, 'fixtures/guide');

test('the files of the guide are those that the tests run', () => {
  const files = [...GUIDE.matchAll(/^`([\w-]+\.ts)`:\n\n```ts\n(.*?)^```$/gms)];
  expect(files.map(([, name]) => name).sort()).toEqual(readdirSync(FIXTURE).sort());
  for (const [, name = '', text] of files) expect(text, name).toBe(readFileSync(join(FIXTURE, name), 'utf8'));
});

test('what the guide says that a run prints is what it prints', async () => {
  const [, expected] = /^`node work-orders.ts` says\n\n```\n(.*?)^```$/ms.exec(GUIDE) ?? [];
  const env = { ...process.env, NO_COLOR: '1' };
  const { stdout } = await promisify(execFile)(process.execPath, [join(FIXTURE, 'work-orders.ts')], { env });
  expect(stdout).toBe(expected);
});

test('every URI of the guide is one', () => {
  const uris = [...GUIDE.matchAll(/`((?:memory|sqs|sns|pubsub|servicebus|kafka):[^`\s]*)`/g)].map(
    ([, uri]) => uri ?? '',
  );
  expect(uris.length).toBeGreaterThan(8);
  for (const uri of uris.filter((one) => /:\w|:\/\/\w/.test(one))) expect(parseLocation(uri).uri, uri).toBeTruthy();
});

test("the guide's programs take messages one by one, and send dead letters back", async () => {
  const queue = await openQueue('memory:guide');
  for (const n of [1, 2, 3]) await queue.publish(n);
  expect(await firstOf('memory:guide', 2)).toEqual([1, 2]);
  const fail = () => Promise.reject(new Error('no good'));
  const options = { deadLetter: 'memory:guide.dead', maxAttempts: 2, idleSeconds: 0.2, retrySeconds: () => 0 };
  expect(await queue.consume(fail, options)).toMatchObject({ deadLettered: 1 });
  expect(await sendBack('memory:guide.dead', 'memory:guide')).toEqual(['no good']);
  expect(await firstOf('memory:guide', 9)).toEqual([3]);
});
