import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorCode, messageOf, PlatformError } from '@ml-platform/errors';
import { masked } from '../../failures/masked.ts';
import { type RetryPolicy, retried } from '../../retry/retried.ts';
import { retryAfter } from '../../retry/retry-after.ts';
import { TransientError } from '../../retry/transient-error.ts';
import { parseExactly } from './exact-json.ts';

export interface HttpClientOptions {
  /** Sent with each request; a function is asked before each, for what runs out. */
  readonly headers?: HttpHeaders | (() => HttpHeaders | Promise<HttpHeaders>);
  readonly requestsPerSecond?: number;
  /** For one answer, all of it; 30 000 unless given. */
  readonly timeoutMilliseconds?: number;
  readonly retry?: RetryPolicy;
}

export type HttpHeaders = Readonly<Record<string, string>>;

export interface JsonAnswer {
  readonly body: unknown;
  readonly headers: Headers;
}

export interface HttpWorld {
  readonly signal: AbortSignal;
  readonly tell: (message: string) => void;
}

/** The address is gone: a cursor that has run out. */
export class GoneError extends PlatformError {}

const TIMEOUT_MILLISECONDS = 30_000;
const PASSING = [408, 425, 429, 500, 502, 503, 504];
const SHOWN = 120;

const STATUSES: Readonly<Record<number, readonly [code: ErrorCode, hint: string]>> = {
  400: ['config', 'check the parameters of the address'],
  401: ['environment', 'check what headers sign in with: it is missing, wrong or has run out'],
  403: ['environment', 'who is signed in may not read this: ask for the right'],
  404: ['notFound', 'check the path of the url'],
};

/** Asks for JSON, not faster than is allowed, and again where that may help. */
export function httpClient(options: HttpClientOptions, { signal, tell }: HttpWorld): (url: URL) => Promise<JsonAnswer> {
  const { requestsPerSecond, retry } = options;
  const pause = requestsPerSecond === undefined ? 0 : 1000 / requestsPerSecond;
  let free = 0;
  const onPause = (milliseconds: number, { message }: TransientError) =>
    tell(`${message}; again in ${(milliseconds / 1000).toFixed(1)} s`);
  return (url) =>
    retried(
      async () => {
        const wait = free - Date.now();
        if (wait > 0) await sleep(wait, undefined, { signal });
        free = Date.now() + pause;
        return ask(url, options, signal);
      },
      retry,
      { signal, onPause },
    );
}

async function ask(url: URL, options: HttpClientOptions, signal: AbortSignal): Promise<JsonAnswer> {
  const { headers = {}, timeoutMilliseconds = TIMEOUT_MILLISECONDS } = options;
  const sent = { accept: 'application/json', ...(typeof headers === 'function' ? await headers() : headers) };
  const timeout = AbortSignal.timeout(timeoutMilliseconds);
  const where = masked(`${url.origin}${url.pathname}${url.search}`);
  try {
    const response = await fetch(url, {
      headers: sent,
      redirect: 'manual',
      signal: AbortSignal.any([signal, timeout]),
    });
    const text = await response.text();
    if (!response.ok) throw refusal(where, response, text);
    return { body: parsed(where, response, text), headers: response.headers };
  } catch (thrown) {
    if (thrown instanceof PlatformError || signal.aborted) throw thrown;
    const said = timeout.aborted ? `no answer within ${timeoutMilliseconds / 1000} s` : reasonOf(thrown);
    const hint = 'check the address, the network, and whether the service is up';
    throw new TransientError(`${where}: ${said}`, { code: 'environment', hint, cause: thrown });
  }
}

/** `fetch` says that it failed, and its cause says why. */
function reasonOf(thrown: unknown): string {
  const { cause } = thrown as { cause?: unknown };
  return masked(
    cause === undefined ? messageOf(thrown) : messageOf(cause) || String((cause as { code?: string }).code),
  );
}

function refusal(where: string, { status, headers }: Response, text: string): PlatformError {
  const message = `${where}: HTTP ${status}${text === '' ? '' : `: ${shown(text)}`}`;
  if (PASSING.includes(status)) {
    const asked = retryAfter(headers.get('retry-after'), Date.now());
    const hint = status === 429 ? 'ask less often: requestsPerSecond' : 'the service fails: try again later';
    return new TransientError(message, {
      code: 'environment',
      hint,
      ...(asked !== undefined && { retryAfter: asked }),
    });
  }
  if (status === 410) return new GoneError(message, { code: 'notFound', hint: 'what was there is not any more' });
  if (status >= 300 && status < 400) {
    const to = masked(headers.get('location') ?? 'nowhere');
    return new PlatformError(`${where} leads to ${to}`, {
      code: 'config',
      hint: 'name that address as the url, if it is right',
    });
  }
  const [code, hint] = STATUSES[status] ?? ['environment', 'see what the service says about this status'];
  return new PlatformError(message, { code, hint });
}

function parsed(where: string, { headers }: Response, text: string): unknown {
  try {
    return parseExactly(text);
  } catch (thrown) {
    const type = headers.get('content-type') ?? 'no type';
    throw new PlatformError(`${where}: expected JSON, got ${type}: ${shown(text) || 'nothing'}`, {
      code: 'data',
      hint: 'a page for people, or a sign-in, may stand before the service: check the url and the headers',
      cause: thrown,
    });
  }
}

function shown(text: string): string {
  return masked(text.replace(/\s+/g, ' ').trim().slice(0, SHOWN));
}
