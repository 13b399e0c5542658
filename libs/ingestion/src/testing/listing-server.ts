import type { AddressInfo } from 'node:net';
import { type FastifyReply, type FastifyRequest, fastify } from 'fastify';

export interface Item {
  readonly id: number;
  readonly amount: number;
  readonly changed: string;
}

/** What goes wrong with an answer, instead of it. */
export type Fault = (request: FastifyRequest, reply: FastifyReply) => unknown;

export interface ListingServer {
  readonly url: string;
  /** What it lists; may grow while it is asked. */
  readonly items: Item[];
  /** Addresses that were asked for, in order. */
  readonly asked: string[];
  /** Asked before each answer; nothing, where nothing goes wrong. */
  fault: (count: number) => Fault | undefined;
  readonly close: () => Promise<void>;
}

const TOKEN = 'Bearer open-sesame';

/**
 * An API in this process that lists items that have changed since a moment (that moment too), in pages: `/cursor` (cursors
 * are of one server's life), `/offset`, `/page`, `/link`, `/all`.
 */
export async function listingServer(items: Item[] = [], size = 10): Promise<ListingServer> {
  const app = fastify({ forceCloseConnections: true });
  const asked: string[] = [];
  const server: Omit<ListingServer, 'url' | 'close'> = { items, asked, fault: () => undefined };
  app.addHook('onRequest', async (request, reply) => {
    asked.push(request.url);
    if (request.headers.authorization !== TOKEN) return reply.code(401).send({ error: 'no token' });
    const fault = server.fault(asked.length);
    if (fault !== undefined) return fault(request, reply);
  });
  const since = (query: Record<string, string>) => {
    const from = Date.parse(query.since ?? '1970-01-01');
    return server.items.filter(({ changed }) => Date.parse(changed) >= from);
  };
  const list = (path: string, page: (query: Record<string, string>, reply: FastifyReply, url: string) => unknown) =>
    app.get(path, async (request, reply) => page(request.query as Record<string, string>, reply, request.url));
  list('/cursor', (query) => {
    const all = since(query).sort((one, other) => one.id - other.id);
    const rest = all.filter(({ id }) => id > Number(query.cursor ?? -1));
    const items = rest.slice(0, size);
    return { items, next: rest.length > size ? items.at(-1)?.id : null };
  });
  list('/offset', (query) => ({
    items: since(query).slice(Number(query.offset), Number(query.offset) + Number(query.limit)),
  }));
  list('/page', (query) => since(query).slice((Number(query.page) - 1) * size, Number(query.page) * size));
  list('/link', (query, reply, url) => {
    const from = Number(query.from ?? 0);
    const next = new URL(url, 'http://host');
    next.searchParams.set('from', String(from + size));
    const link = from + size < since(query).length ? `<${next.pathname}${next.search}>; rel="next", ` : '';
    reply.header('link', `${link}</link>; rel="first"`);
    return since(query).slice(from, from + size);
  });
  list('/all', (query) => since(query));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return Object.assign(server, { url: `http://127.0.0.1:${port}`, close: () => app.close() });
}

/** So many items, one a second. */
export function itemsFrom(first: number, count: number): Item[] {
  return Array.from({ length: count }, (_, index) => ({
    id: first + index,
    amount: first + index + 0.5,
    changed: new Date(Date.UTC(2024, 4, 1) + (first + index) * 1000).toISOString(),
  }));
}

/** Ways in which services fail for a while. */
export const FAULTS = {
  busy:
    (seconds: number): Fault =>
    (_, reply) =>
      reply.code(429).header('retry-after', String(seconds)).send('slow down'),
  away: (): Fault => (_, reply) =>
    reply
      .code(503)
      .header('retry-after', new Date(Date.now() + 1000).toUTCString())
      .send('back soon'),
  broken: (): Fault => (_, reply) => reply.code(500).send({ error: 'oops' }),
  proxy: (): Fault => (_, reply) => reply.code(502).type('text/html').send('<html>Bad Gateway</html>'),
  reset: (): Fault => (request) => request.raw.socket.destroy(),
  cut: (): Fault => (request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    reply.raw.write('{"items": [{"id": 1');
    setTimeout(() => request.raw.socket.destroy(), 5);
  },
} as const;
