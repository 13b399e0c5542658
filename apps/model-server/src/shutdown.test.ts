import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { loadModel } from '@ml-platform/serving';
import { expect, test } from 'vitest';
import { buildServer } from './build-server.ts';
import { closeWithin } from './shutdown.ts';

const fixture = path.join(import.meta.dirname, '../../../libs/serving/fixtures/delay');

test('a client that never finishes its request is cut off after the grace', async () => {
  const model = await loadModel(fixture);
  const app = await buildServer({ name: 'delays', version: '3', model });
  const { hostname, port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
  const socket = connect(Number(port), hostname);
  const headers = ['host: x', 'content-type: application/json', 'content-length: 99', 'expect: 100-continue'];
  socket.write(`POST /predict HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
  await once(socket, 'data');
  const cut = once(socket, 'close');
  await closeWithin(app, 50);
  await cut;
  expect(app.server.listening).toBe(false);
  await model.close();
});
