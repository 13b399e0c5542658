import { messageOf, PlatformError } from '@ml-platform/errors';

/** A service that is spoken to in JSON over HTTP. */
export interface Rest {
  /** As in an error: `Airflow`. */
  readonly service: string;
  /** Address that paths are appended to. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What to do where it doesn't know who asks. */
  readonly signIn: string;
}

export interface RestRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH';
  /** With the query, which names are written into. */
  readonly path: string;
  readonly body?: unknown;
  readonly accept?: string;
}

/**
 * Asks a service.
 *
 * @throws PlatformError `environment` where it can't be reached, doesn't know who asks, or is out of order; `notFound`
 * for 404; `config` for what else it refuses, with its own words.
 */
export async function ask(rest: Rest, { method = 'GET', path, body, accept }: RestRequest): Promise<Response> {
  const what = `${method} ${path.split('?')[0]}`;
  const response = await fetch(`${rest.url.replace(/\/+$/, '')}${path}`, {
    method,
    headers: {
      accept: accept ?? 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...rest.headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new PlatformError(`${rest.service} can't be reached at ${rest.url}: ${reasonOf(cause)}`, {
      code: 'environment',
      hint: 'check the address in targets.yaml, and the network',
      cause,
    });
  });
  if (response.ok) return response;
  throw refusal(rest, what, response.status, wordsOf(await response.text()));
}

export async function askJson(rest: Rest, request: RestRequest): Promise<unknown> {
  const text = await (await ask(rest, request)).text();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PlatformError(`${rest.service} at ${rest.url} doesn't answer in JSON: ${text.slice(0, 200)}`, {
      code: 'environment',
      hint: 'look whether the address in targets.yaml is that of its API, and no page to sign in at',
      cause,
    });
  }
}

/** Whether it was refused because it isn't there. */
export function isNotFound(thrown: unknown): boolean {
  return thrown instanceof PlatformError && thrown.code === 'notFound';
}

function refusal({ service, signIn }: Rest, what: string, status: number, words: string): PlatformError {
  const message = `${service} refuses ${what} (${status}): ${words}`;
  if (status === 401 || status === 403) return new PlatformError(message, { code: 'environment', hint: signIn });
  if (status === 404) return new PlatformError(message, { code: 'notFound', hint: 'look what is there' });
  if (status >= 500) {
    return new PlatformError(message, { code: 'environment', hint: `look into the logs of ${service}, then again` });
  }
  return new PlatformError(message, {
    code: 'config',
    hint: `the words are those of ${service}: correct what they name`,
  });
}

/** What services say in the many places that they say it. */
function wordsOf(text: string): string {
  try {
    const said = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const { error, detail, message, title } = said;
    const inner = (error as { message?: unknown } | undefined)?.message ?? error;
    const words = [inner, detail, message, title].find((word) => word !== undefined && word !== null);
    return typeof words === 'string' ? words : JSON.stringify(words ?? said);
  } catch {
    return text.trim().slice(0, 500) || 'without a word';
  }
}

function reasonOf(cause: unknown): string {
  const inner = (cause as { cause?: unknown }).cause;
  return messageOf(inner ?? cause) || ((inner as { code?: string } | undefined)?.code ?? 'no answer');
}
