import { PlatformError } from '@ml-platform/errors';

/** Where in a listing a page is, in the words of its API; null for the first. */
export type PageState = string | number | null;

/** What a page's answer holds. */
export interface Page {
  readonly state: PageState;
  readonly url: URL;
  readonly body: unknown;
  readonly headers: Headers;
  /** How many rows are on it. */
  readonly rows: number;
}

/** How a listing goes from page to page. */
export interface Paging {
  readonly first: PageState;
  /** The page's address, given that of the listing. */
  address(listing: URL, state: PageState): URL;
  /** The state of the page after; nothing after the last. */
  next(page: Page, listing: URL): PageState | undefined;
}

/** Each page names the next by a cursor; the best way, where an API has it: rows that come or go meanwhile shift nothing. */
export function cursorPages(options: {
  /** The query parameter that takes it. */
  readonly parameter: string;
  /** The cursor in an answer; none or an empty one on the last page. */
  readonly next: (body: unknown) => string | number | null | undefined;
}): Paging {
  return {
    first: null,
    address: (listing, state) => withParameters(listing, state === null ? {} : { [options.parameter]: state }),
    next: ({ body }) => options.next(body) || undefined,
  };
}

/** Pages by the number of rows before them. A row that goes meanwhile shifts one past the reader: give the source a `lookback`. */
export function offsetPages(options: {
  readonly parameter?: string;
  readonly sizeParameter?: string;
  /** Rows of a page; one with fewer is the last. */
  readonly size: number;
}): Paging {
  const { parameter = 'offset', sizeParameter = 'limit', size } = options;
  return {
    first: 0,
    address: (listing, state) => withParameters(listing, { [parameter]: state ?? 0, [sizeParameter]: size }),
    next: ({ state, rows }) => (rows < size ? undefined : Number(state) + rows),
  };
}

/** Pages by their number; an empty one is behind the last. */
export function numberedPages(options: { readonly parameter?: string; readonly first?: number } = {}): Paging {
  const { parameter = 'page', first = 1 } = options;
  return {
    first,
    address: (listing, state) => withParameters(listing, { [parameter]: state ?? first }),
    next: ({ state, rows }) => (rows === 0 ? undefined : Number(state) + 1),
  };
}

/** Each answer names the next in a `Link` header with `rel="next"` (RFC 8288). */
export function linkedPages(): Paging {
  return {
    first: null,
    address: (listing, state) => (state === null ? listing : completed(listing, new URL(String(state), listing))),
    next: ({ url, headers }, listing) => {
      const link = nextLink(headers.get('link') ?? '');
      if (link === undefined) return undefined;
      const next = new URL(link, url);
      if (next.origin === listing.origin) return relativeTo(listing, next);
      throw new PlatformError(`${listing.origin} names ${next.origin} as the place of its next page`, {
        code: 'data',
        hint: 'what this side sends to sign in is not sent to another host; name that one as the url, if it is right',
      });
    },
  };
}

/** All rows in one answer. */
export function onePage(): Paging {
  return { first: null, address: (listing) => listing, next: () => undefined };
}

/** A position must not hold what a URL signs in with: parameters of the listing's own address are left out of it. */
function relativeTo(listing: URL, next: URL): string {
  const own = new Set([...listing.searchParams].map(([name, value]) => `${name}=${value}`));
  const rest = [...next.searchParams].filter(([name, value]) => !own.has(`${name}=${value}`));
  return `${next.pathname}?${new URLSearchParams(rest)}`;
}

function completed(listing: URL, page: URL): URL {
  for (const [name, value] of listing.searchParams)
    if (!page.searchParams.has(name)) page.searchParams.set(name, value);
  return page;
}

function withParameters(listing: URL, parameters: Readonly<Record<string, string | number>>): URL {
  const url = new URL(listing);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, String(value));
  return url;
}

function nextLink(header: string): string | undefined {
  for (const [, target, parameters = ''] of header.matchAll(
    /<([^>]*)>((?:\s*;\s*[^,;=]+(?:=(?:"[^"]*"|[^,;]*))?)*)/g,
  )) {
    const [, quoted, bare = ''] = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,]+))/i.exec(parameters) ?? [];
    if ((quoted ?? bare).toLowerCase().split(/\s+/).includes('next')) return target;
  }
  return undefined;
}
