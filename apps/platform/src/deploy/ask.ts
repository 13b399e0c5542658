import { messageOf, PlatformError } from '@ml-platform/errors';
import type { Release } from '@ml-platform/registry/release';

/** Where a stack answers. */
export interface Asking {
  /** What takes rows by POST. */
  readonly predict: URL;
  /** What says that the server is ready; an endpoint of SageMaker's has nothing of the kind. */
  readonly health: URL | undefined;
  /** Besides the content type, such as a key. */
  readonly headers: Readonly<Record<string, string>>;
  /** Adds what proves who asks; undefined where nobody has to. */
  readonly sign?: Sign | undefined;
}

export type Sign = (request: Unsigned) => Promise<Readonly<Record<string, string>>>;

export interface Unsigned {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came of one question. */
export interface Answer {
  readonly milliseconds: number;
  /** Why it is no prediction; undefined where it is one. */
  readonly problem?: string;
  /** What answered, as far as it says so. */
  readonly model?: { readonly name: string; readonly version: string };
  readonly prediction?: Readonly<Record<string, unknown>>;
}

/** Longer than any answer that somebody waits for. */
const TIMEOUT_MS = 15_000;
/** Of what a server says that is no prediction. */
const SHOWN = 200;

/**
 * Where to ask below the address of a stack: an API or a model server, or an endpoint of SageMaker's, which is asked as it is.
 *
 * @throws PlatformError `usage` for what is no address of the web.
 */
export function addressesBelow(url: string): Pick<Asking, 'predict' | 'health'> {
  const base = URL.parse(url);
  if (base === null || !/^https?:$/.test(base.protocol)) {
    throw new PlatformError(`'${url}' is no address of the web`, {
      code: 'usage',
      hint: '--url https://api.example.com',
    });
  }
  if (base.pathname.endsWith('/invocations')) return { predict: base, health: undefined };
  const below = (path: string) => new URL(`${base.pathname.replace(/\/$/, '')}/${path}`, base);
  return { predict: below('predict'), health: below('health') };
}

/** Asks for the prediction of one row. What goes wrong is an answer as well: a deploy judges it. */
export async function askPrediction(asking: Asking, row: Release['model']['example']): Promise<Answer> {
  const startedAt = performance.now();
  const answered = (found: Omit<Answer, 'milliseconds'>): Answer => {
    return { milliseconds: performance.now() - startedAt, ...found };
  };
  try {
    const response = await send(asking, {
      method: 'POST',
      url: asking.predict,
      body: JSON.stringify({ instances: [row] }),
    });
    const text = await response.text();
    if (!response.ok) return answered({ problem: `${response.status} ${text.slice(0, SHOWN)}`.trim() });
    return answered(readPrediction(text));
  } catch (thrown) {
    if (thrown instanceof PlatformError) throw thrown;
    return answered({ problem: reasonOf(thrown) });
  }
}

/** The status of what says that a server is ready, or why there is none. */
export async function askHealth(asking: Asking, url: URL): Promise<string> {
  try {
    const response = await send(asking, { method: 'GET', url });
    await response.body?.cancel();
    return String(response.status);
  } catch (thrown) {
    if (thrown instanceof PlatformError) throw thrown;
    return reasonOf(thrown);
  }
}

async function send({ headers, sign }: Asking, request: Omit<Unsigned, 'headers'>): Promise<Response> {
  const own = { ...(request.body !== undefined && { 'content-type': 'application/json' }), ...headers };
  const signed = await sign?.({ ...request, headers: own });
  const { url, ...rest } = request;
  return fetch(url, { ...rest, headers: signed ?? own, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
}

function readPrediction(text: string): Omit<Answer, 'milliseconds'> {
  const said = parsed(text) as { model?: Answer['model']; predictions?: unknown[] } | undefined;
  const [prediction] = said?.predictions ?? [];
  const isRow = typeof prediction === 'object' && prediction !== null && Object.keys(prediction).length > 0;
  if (!isRow || Object.values(prediction).some((value) => value === null)) {
    return { problem: `no prediction: ${text.slice(0, SHOWN)}` };
  }
  return { prediction: { ...prediction }, ...(said?.model && { model: said.model }) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `fetch failed` says nothing: its cause does. */
function reasonOf(thrown: unknown): string {
  if (thrown instanceof DOMException) return `no answer within ${TIMEOUT_MS / 1000} s`;
  const { cause } = thrown as { cause?: { code?: string } };
  return cause?.code ?? messageOf(cause ?? thrown);
}

/** A server without a registry goes by the first digits of its model's hash. */
const SHORTEST_HASH = 12;

/** Whether it is the release that answers. */
export function isOf({ model }: Release, answered: Answer['model']): boolean {
  if (answered === undefined) return false;
  const { version } = answered;
  return version === model.version || (version.length >= SHORTEST_HASH && model.contentHash.startsWith(version));
}
