import { messageOf, PlatformError } from '@ml-platform/errors';
import { unreadable } from '../../part/rows.ts';
import { TransientError } from '../../retry/transient-error.ts';
import { GoneError, type JsonAnswer } from './http-client.ts';
import type { PageState, Paging } from './paging.ts';

export interface WalkOptions {
  /** Of the listing. */
  readonly address: URL;
  readonly pages: Paging;
  readonly rows: (body: unknown) => unknown;
  readonly ask: (url: URL) => Promise<JsonAnswer>;
}

const SHOWN = 200;

/** A walk over the pages of a listing, from one of them on. */
export class PageWalk {
  private readonly options: WalkOptions;
  private next: PageState | undefined;
  private buffer: object[] = [];
  /** When the first page was asked for, by the clock of the service, if it tells. */
  begun: string | undefined;

  constructor(options: WalkOptions, first: PageState | undefined) {
    this.options = options;
    this.next = first;
  }

  /** Of the page behind those that were handed out; nothing behind the last. */
  get state(): PageState | undefined {
    return this.next;
  }

  /** Asks for pages until one has rows. */
  async hasRows(): Promise<boolean> {
    while (this.buffer.length === 0 && this.next !== undefined) await this.ask(this.next);
    return this.buffer.length > 0;
  }

  /** Rows of whole pages, at least so many, or all that there are. */
  async *take(least: number): AsyncIterable<object> {
    for (let taken = 0; taken < least && (await this.hasMore()); ) {
      const page = this.buffer;
      this.buffer = [];
      taken += page.length;
      yield* page;
    }
  }

  /** What is gone in the middle of a part is asked for again from the last part on, where the begin of the listing is tried. */
  private async hasMore(): Promise<boolean> {
    try {
      return await this.hasRows();
    } catch (thrown) {
      if (!(thrown instanceof GoneError)) throw thrown;
      throw new TransientError(thrown.message, { code: thrown.code, hint: thrown.hint, cause: thrown });
    }
  }

  private async ask(state: PageState): Promise<void> {
    const { address, pages, ask } = this.options;
    const url = pages.address(address, state);
    const { body, headers } = await ask(url);
    this.begun ??= momentOf(headers.get('date'));
    this.buffer = rowsOf(this.options.rows, body, url);
    const next = pages.next({ state, url, body, headers, rows: this.buffer.length }, address);
    if (next === state) {
      throw new PlatformError(
        `${address.origin}${address.pathname}: a page names itself as the next: ${JSON.stringify(next)}`,
        {
          code: 'data',
          hint: 'check how pages are told to follow each other',
        },
      );
    }
    this.next = next;
  }
}

function rowsOf(rows: WalkOptions['rows'], body: unknown, { origin, pathname }: URL): object[] {
  const found = attempt(() => rows(body));
  if (!Array.isArray(found)) {
    const got = JSON.stringify(body)?.slice(0, SHOWN);
    throw new PlatformError(`${origin}${pathname}: rows() found no list of rows in the answer ${got}: ${found}`, {
      code: 'data',
      hint: 'the form of the answer has changed, or rows() takes them from the wrong place',
    });
  }
  return found.map((row: unknown) => {
    const isRow = typeof row === 'object' && row !== null && !Array.isArray(row);
    return isRow ? row : unreadable('it is no object of JSON', JSON.stringify(row));
  });
}

function momentOf(header: string | null): string | undefined {
  const moment = Date.parse(header ?? '');
  return Number.isNaN(moment) ? undefined : new Date(moment).toISOString();
}

function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch (thrown) {
    return messageOf(thrown);
  }
}
