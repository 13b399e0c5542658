import { setTimeout } from 'node:timers/promises';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { z } from 'zod';
import { SIGN_IN } from './sign-in.ts';

export interface Rest {
  /** Address of the API, without a path. */
  readonly url: string;
  readonly headers: () => Promise<Headers>;
}

export interface RestRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** From the address on, or a whole URL. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream can be sent but once. */
  readonly body?: ReadableStream<Uint8Array>;
  readonly signal?: AbortSignal;
}

/** What the service says when it refuses; stands in the `cause` of the error. */
export class Refusal extends Error {
  readonly status: number;
  /** BigQuery's word for it, such as `accessDenied`. */
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.reason = reason;
  }
}

/** Milliseconds before each further attempt. */
const PAUSES = [250, 500, 1000, 2000];
const PASSING = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Sends a request; one that meets a passing failure (no connection, overload, too many at once) is sent again.
 *
 * @throws PlatformError `environment` where the service can't be reached, is out of order or denies; `notFound`; `config` for
 * what else it refuses. The signal's reason, when it aborts.
 */
export async function ask(rest: Rest, request: RestRequest): Promise<Response> {
  for (const pause of [...PAUSES, undefined]) {
    try {
      return await askOnce(rest, request);
    } catch (thrown) {
      request.signal?.throwIfAborted();
      if (pause === undefined || request.body !== undefined || !isPassing(thrown)) throw thrown;
      await setTimeout(pause, undefined, { signal: request.signal });
    }
  }
  throw new Error('unreachable: the last attempt returns or throws');
}

/** The JSON that {@link ask} is answered with. */
export async function askJson(rest: Rest, request: RestRequest): Promise<unknown> {
  const text = await (await ask(rest, request)).text();
  const answer = parseOrNothing(text);
  if (answer !== undefined) return answer;
  throw new PlatformError(`BigQuery at ${rest.url} doesn't answer in JSON: ${text.trim().slice(0, 200) || 'nothing'}`, {
    code: 'environment',
    hint: 'look whether a proxy answers in its place, or BIGQUERY_EMULATOR_HOST is another service',
  });
}

/** As {@link ask}, but once: an answer below 400 is one, whatever it says. */
export async function askOnce(rest: Rest, { method = 'GET', path, query, json, ...request }: RestRequest) {
  const url = new URL(path, rest.url);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
  const headers = new Headers({ accept: 'application/json', ...request.headers });
  if (json !== undefined) headers.set('content-type', 'application/json; charset=UTF-8');
  for (const [name, value] of await rest.headers()) headers.set(name, value);
  const response = await fetch(url, {
    method,
    headers,
    redirect: 'manual',
    signal: request.signal ?? null,
    ...(json !== undefined && { body: JSON.stringify(json) }),
    ...(request.body && { body: request.body, duplex: 'half' }),
  }).catch((cause: unknown) => {
    request.signal?.throwIfAborted();
    throw unreachable(rest, cause);
  });
  if (response.status < 400) return response;
  throw explained(`${method} ${url.pathname}`, refusalOf(response.status, await response.text()));
}

/** The refusal that an error is about. */
export function findRefusal(thrown: unknown): Refusal | undefined {
  return thrown instanceof PlatformError && thrown.cause instanceof Refusal ? thrown.cause : undefined;
}

/** Whether it may be well the next time. */
export function isPassing(thrown: unknown): boolean {
  if (!(thrown instanceof PlatformError) || thrown.code !== 'environment') return false;
  const refusal = findRefusal(thrown);
  if (refusal) return PASSING.has(refusal.status) || refusal.reason === 'rateLimitExceeded';
  return thrown.cause instanceof TypeError;
}

const body = z.object({
  error: z.object({
    message: z.string(),
    errors: z.array(z.object({ reason: z.string().default('') })).optional(),
    status: z.string().optional(),
  }),
});

function refusalOf(status: number, text: string): Refusal {
  const said = body.safeParse(parseOrNothing(text));
  if (!said.success) return new Refusal(status, '', text.trim().slice(0, 500) || 'without a word');
  const { message, errors, status: name } = said.data.error;
  return new Refusal(status, errors?.[0]?.reason ?? name ?? '', message);
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function explained(what: string, refusal: Refusal): PlatformError {
  const { status, reason } = refusal;
  const message = `BigQuery refuses ${what} (${[status, reason].filter(Boolean).join(', ')}): ${refusal.message}`;
  const error = (code: 'environment' | 'notFound' | 'config', hint: string) =>
    new PlatformError(message, { code, hint, cause: refusal });
  if (status === 401) return error('environment', SIGN_IN);
  if (status === 403)
    return error('environment', 'it needs the roles BigQuery User and Storage Object Admin; see docs/bigquery.md');
  if (status === 404) return error('notFound', 'check BIGQUERY_PROJECT and BIGQUERY_LOCATION');
  if (PASSING.has(status)) return error('environment', 'wait a little, then again');
  return error('config', 'the words are those of BigQuery: correct what they name');
}

function unreachable({ url }: Rest, cause: unknown): PlatformError {
  const inner = (cause as { cause?: unknown }).cause;
  const why = messageOf(inner ?? cause) || (inner as { code?: string } | undefined)?.code;
  return new PlatformError(`BigQuery can't be reached at ${url}: ${why}`, {
    code: 'environment',
    hint: 'check the network, and BIGQUERY_EMULATOR_HOST if it is set',
    cause,
  });
}
