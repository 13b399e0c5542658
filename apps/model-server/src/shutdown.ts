import type { FastifyInstance } from 'fastify';

// Below the 30 s after which Kubernetes kills a container.
const GRACE_MS = 10_000;

/** Makes each response that is sent while the server closes the last one of its connection. */
export function endConnectionsOnClose(app: FastifyInstance): void {
  let closing = false;
  app.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (closing) reply.header('connection', 'close');
    done(null, payload);
  });
}

/** Takes no more requests and finishes those in flight; what lasts longer than `graceMs` is cut off. */
export async function closeWithin(app: FastifyInstance, graceMs: number): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), graceMs);
  await app.close();
  clearTimeout(cut);
}

/** Closes on the first SIGTERM or SIGINT; a second one kills. */
export function closeOnSignal(app: FastifyInstance): void {
  const signals = ['SIGTERM', 'SIGINT'] as const;
  const close = () => {
    for (const signal of signals) process.removeListener(signal, close);
    closeWithin(app, GRACE_MS).catch((thrown: unknown) => {
      app.log.error(thrown);
      process.exitCode = 1;
    });
  };
  for (const signal of signals) process.on(signal, close);
}
