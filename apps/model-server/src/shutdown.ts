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

/** On the first SIGTERM or SIGINT takes no more requests and finishes those in flight; a second signal kills. */
export function closeOnSignal(app: FastifyInstance): void {
  const signals = ['SIGTERM', 'SIGINT'] as const;
  const close = () => {
    for (const signal of signals) process.removeListener(signal, close);
    setTimeout(() => app.server.closeAllConnections(), GRACE_MS).unref();
    app.close().catch((thrown: unknown) => {
      app.log.error(thrown);
      process.exitCode = 1;
    });
  };
  for (const signal of signals) process.on(signal, close);
}
