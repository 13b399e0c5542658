import { PlatformError } from '@ml-platform/errors';
import { z } from 'zod';
import { masked } from '../../failures/masked.ts';
import type { Json } from '../../position/position.ts';
import type { ReadRequest, Source, SourceEnd, SourcePart } from '../../source.ts';
import { isMoment } from '../../table/column-type.ts';
import type { Table } from '../../table/define-table.ts';
import { isObsoleteSnapshot, positionOf, snapshotStart } from '../snapshot-parts.ts';
import { less } from '../sql/bounds.ts';
import { GoneError, type HttpClientOptions, httpClient } from './http-client.ts';
import { PageWalk } from './page-walk.ts';
import type { Paging } from './paging.ts';

export interface HttpSourceOptions extends HttpClientOptions {
  /** Of the listing, without what pages and `since` add. Signs in by `headers`, not here. */
  readonly url: string;
  /** The rows in an answer: `(body) => body.items`. */
  readonly rows: (body: unknown) => unknown;
  readonly pages: Paging;
  /**
   * How the API is asked for what has changed since the table's watermark: the name of a query parameter, or parameters.
   * Without it, each run reads the whole listing, in place of what was read before.
   */
  readonly since?: string | ((watermark: string) => Readonly<Record<string, string>>);
  /**
   * So much of the watermark is asked for again by each run: milliseconds where it is a moment, a minute unless given; else a
   * number, 0 unless given.
   */
  readonly lookback?: number;
  /** Pages are put together to parts of at least so many rows; 10 000 unless given. */
  readonly rowsPerPart?: number;
  /** What a position is one of; the address without its parameters unless given. */
  readonly name?: string;
}

const ROWS_PER_PART = 10_000;
const LOOKBACK_MILLISECONDS = 60_000;

const state = z.union([z.string(), z.number(), z.null()]);

const listing = z.object({
  /** The watermark from which on this listing was asked for. */
  since: z.string().optional(),
  /** The greatest that was seen in it. */
  highest: z.string().optional(),
  /** When its first page was asked for, by the clock of the service. */
  begun: z.string().optional(),
  /** Listings so far. */
  reading: z.number(),
  /** The next part, where the listing has not come to its end; no page, where but the end is missing. */
  open: z.object({ page: state.optional(), part: z.number() }).optional(),
});

type Listing = z.infer<typeof listing>;

/**
 * Rows of an API that lists them in pages of JSON. A run that was broken off goes on with the page behind the last that is
 * written. Answers 429 and 5xx, broken connections and timeouts are retried, after the time that the service asks for.
 *
 * @example
 * ```ts
 * httpSource({
 *   url: 'https://api.example.com/v1/orders',
 *   headers: { authorization: `Bearer ${process.env.SHOP_TOKEN}` },
 *   rows: (body) => (body as { items: object[] }).items,
 *   pages: cursorPages({ parameter: 'cursor', next: (body) => (body as { next?: string }).next }),
 *   since: 'updated_since',
 *   requestsPerSecond: 5,
 * });
 * ```
 *
 * @throws PlatformError `usage` for a url that is none.
 */
export function httpSource(options: HttpSourceOptions): Source {
  const url = URL.parse(options.url);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '') {
    throw new PlatformError(`${masked(options.url)} is no address to ask`, {
      code: 'usage',
      hint: 'expected https://host/path, without user and password: those go into headers',
    });
  }
  const name = options.name ?? `http ${url.origin}${url.pathname}`;
  return { name, read: (request) => read(url, { ...options, name }, request) };
}

async function* read(
  url: URL,
  options: HttpSourceOptions & { readonly name: string },
  request: ReadRequest,
): AsyncIterable<SourcePart | SourceEnd> {
  const { name, since, pages } = options;
  if (since !== undefined && request.table.watermark === undefined) throw noWatermark(name);
  const begun = begin(positionOf(listing, request.position, name), since === undefined);
  const ask = httpClient(options, request);
  const address = listingAddress(url, options, begun.since, request);
  const walk = new PageWalk(
    { address, pages, rows: options.rows, ask },
    begun.open === undefined ? pages.first : begun.open.page,
  );
  try {
    await walk.hasRows();
  } catch (thrown) {
    if (!(thrown instanceof GoneError) || begun.open === undefined) throw thrown;
    request.tell(`${thrown.message}: the listing is read from its begin`);
    const { open: _, ...anew } = begun;
    const first = new PageWalk({ address, pages, rows: options.rows, ask }, pages.first);
    yield* parts(first, anew, options, request);
    return;
  }
  yield* parts(walk, begun, options, request);
}

/** A listing that was broken off goes on; else a new one begins. */
function begin(position: Listing | undefined, isWhole: boolean): Listing {
  if (position === undefined) return { reading: 1 };
  if (position.open !== undefined) return position;
  const reading = position.reading + 1;
  return isWhole || position.since === undefined ? { reading } : { reading, since: position.since };
}

async function* parts(
  walk: PageWalk,
  { since, reading, open, highest: before, begun: first }: Listing,
  { rowsPerPart = ROWS_PER_PART, since: asked }: HttpSourceOptions,
  { table }: ReadRequest,
): AsyncIterable<SourcePart | SourceEnd> {
  const isWhole = asked === undefined;
  let part = open?.part ?? 0;
  const begun = first ?? walk.begun;
  let highest = before;
  for (; await walk.hasRows(); part++) {
    const start = isWhole ? snapshotStart(reading, part) : `${since ?? 'begin'} ${part}`;
    const next = (found: string | undefined) => {
      highest = isWhole ? undefined : greater(highest, found, table);
      return listed({
        since,
        highest,
        begun,
        reading,
        open: { part: part + 1, ...(walk.state !== undefined && { page: walk.state }) },
      });
    };
    yield { start, rows: walk.take(rowsPerPart), next };
  }
  const obsolete = isObsoleteSnapshot(reading, part);
  const next = () => listed({ since: isWhole ? undefined : nextSince(table, { since, highest, begun }), reading });
  yield { next, ...(isWhole && { obsolete }) };
}

/**
 * What changes while a listing is read may be on a page that has been read before: moments since its begin are asked for
 * again. Of watermarks that are no moments nothing is known but the greatest.
 */
function nextSince(table: Table, { since, highest, begun }: Pick<Listing, 'since' | 'highest' | 'begun'>) {
  const last = greater(since, highest, table);
  const isTime = isMoment(table.columns[table.watermark ?? ''] ?? 'VARCHAR');
  return isTime && begun !== undefined && last !== undefined && begun < last ? begun : last;
}

function listed(told: { [Name in keyof Listing]: Listing[Name] | undefined }): Json {
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)) as Record<string, Json>;
}

function listingAddress(url: URL, options: HttpSourceOptions, since: string | undefined, { table }: ReadRequest): URL {
  const address = new URL(url);
  if (since === undefined || options.since === undefined) return address;
  const isTime = isMoment(table.columns[table.watermark ?? ''] ?? 'VARCHAR');
  const from = String(less(since, options.lookback ?? (isTime ? LOOKBACK_MILLISECONDS : 0), isTime));
  const parameters = typeof options.since === 'string' ? { [options.since]: from } : options.since(from);
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  return address;
}

/** Moments are texts of one form, which sort as they are. */
function greater(one: string | undefined, other: string | undefined, { columns, watermark = '' }: Table) {
  if (one === undefined || other === undefined) return one ?? other;
  const isNumber =
    !isMoment(columns[watermark] ?? 'VARCHAR') && Number.isFinite(Number(one)) && Number.isFinite(Number(other));
  const isInteger = isNumber && [one, other].every((text) => /^-?\d+$/.test(text));
  if (isInteger) return BigInt(one) > BigInt(other) ? one : other;
  return (isNumber ? Number(one) > Number(other) : one > other) ? one : other;
}

function noWatermark(name: string): PlatformError {
  return new PlatformError(`${name} is asked for what has changed since, and the table has no watermark`, {
    code: 'config',
    hint: "name the column that grows with each change: defineTable({ watermark: 'changed', … })",
  });
}
