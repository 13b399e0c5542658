import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What a program said to Lambda. */
export interface Said {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface LambdaRuntime {
  readonly hostAndPort: string;
  /** Hands an event, an object or text, to the program, and waits for what it says of it. */
  invoke(event: unknown): Promise<Said>;
  /** What the program says of its start. */
  readonly initError: Promise<Said>;
  /** Is asked for the next event, for which the program waits. */
  readonly waiting: Promise<void>;
  /** From now on every call is answered with this. */
  fail(status: number): void;
  close(): Promise<void>;
}

const PREFIX = '/2018-06-01/runtime/';

/** The side of Lambda in its runtime API: one event at a time, each with an id of its own. */
export async function lambdaRuntime(): Promise<LambdaRuntime> {
  const events: { id: string; body: string }[] = [];
  const answers = new Map<string, (said: Said) => void>();
  const init = Promise.withResolvers<Said>();
  const waiting = Promise.withResolvers<void>();
  let asking: ServerResponse | undefined;
  let status = 200;
  let count = 0;

  const handOver = () => {
    const event = asking && events.shift();
    if (!asking || !event) return;
    asking.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': event.id,
      'lambda-runtime-trace-id': `Root=${event.id}`,
      'lambda-runtime-deadline-ms': String(Date.now() + 30_000),
    });
    asking.end(event.body);
    asking = undefined;
  };
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').replace(PREFIX, '');
    const received = await text(request);
    if (status !== 200) return response.writeHead(status).end('{"errorType":"Container"}');
    if (path === 'invocation/next') {
      asking = response;
      waiting.resolve();
      return handOver();
    }
    const said = { path, headers: request.headers, body: received === '' ? undefined : JSON.parse(received) };
    response.writeHead(202).end('{"status":"OK"}');
    if (path === 'init/error') init.resolve(said);
    else answers.get(path.split('/')[1] ?? '')?.(said);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    hostAndPort: `127.0.0.1:${port}`,
    initError: init.promise,
    waiting: waiting.promise,
    invoke(event) {
      count += 1;
      const id = `id-${count}`;
      events.push({ id, body: typeof event === 'string' ? event : JSON.stringify(event) });
      const { promise, resolve } = Promise.withResolvers<Said>();
      answers.set(id, resolve);
      handOver();
      return promise;
    },
    fail(failing) {
      status = failing;
      asking?.writeHead(failing).end();
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
