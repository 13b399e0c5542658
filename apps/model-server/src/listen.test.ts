import type { FastifyInstance } from 'fastify';
import { expect, test } from 'vitest';
import { listen } from './listen.ts';

// Whether a low port is refused depends on the user who runs the tests; main.test.ts has the errors that always occur.
const refusing = (code: string) =>
  ({ listen: () => Promise.reject(Object.assign(new Error(code), { code })) }) as unknown as FastifyInstance;

test('a reserved port is refused with one that is free to use', async () => {
  await expect(listen(refusing('EACCES'), { host: '127.0.0.1', port: 80 })).rejects.toMatchObject({
    code: 'environment',
    message: 'port 80 is reserved to administrators',
    hint: 'pass --port 8080',
  });
});

test('the last port is not followed by another', async () => {
  await expect(listen(refusing('EADDRINUSE'), { host: '127.0.0.1', port: 65_535 })).rejects.toMatchObject({
    hint: 'pass --port 8080',
  });
});
