import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { sendWebhook } from './send-webhook.ts';

let server: Server | undefined;

async function listen(answers: readonly number[]): Promise<{ url: string; bodies: string[] }> {
  const bodies: string[] = [];
  server = createServer(async (request, response) => {
    bodies.push(await text(request));
    response.writeHead(answers[bodies.length - 1] ?? 500).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret`, bodies };
}

afterEach(() => server?.close());

test('a text is posted as JSON', async () => {
  const { url, bodies } = await listen([200]);
  expect(await sendWebhook(url, 'Model flights 7: Approved', 1)).toBeUndefined();
  expect(bodies.map((body) => JSON.parse(body))).toEqual([{ text: 'Model flights 7: Approved' }]);
});

test('what fails is tried again', async () => {
  const { url, bodies } = await listen([503, 500, 200]);
  expect(await sendWebhook(url, 'x', 1)).toBeUndefined();
  expect(bodies).toHaveLength(3);
});

test('after three tries it is said why, without the address', async () => {
  const { url, bodies } = await listen([404, 404, 404, 200]);
  expect(await sendWebhook(url, 'x', 1)).toBe('it answered 404');
  expect(bodies).toHaveLength(3);
  const nobody = 'http://127.0.0.1:1/secret';
  expect(await sendWebhook(nobody, 'x', 1)).not.toContain('secret');
  expect(await sendWebhook('no address/secret', 'x', 1)).not.toContain('secret');
});
