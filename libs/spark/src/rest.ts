import { messageOf, PlatformError } from '@ml-platform/errors';

export interface RestRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A service, as errors name it, and what to do where it doesn't know who asks. */
export interface Asked {
  readonly title: string;
  readonly signIn: string;
}

/**
 * Sends a request and reads the JSON of the answer; `{}` for an empty one.
 *
 * @throws PlatformError `environment` where the service can't be reached, doesn't know who asks, or is out of order;
 * `notFound`; `config` for what else it refuses, in its own words.
 */
export async function ask({ title, signIn }: Asked, { method, url, headers, body }: RestRequest): Promise<unknown> {
  const answer = await fetch(url, { method, ...(headers && { headers }), ...(body !== undefined && { body }) }).catch(
    (cause: unknown) => {
      throw new PlatformError(`${title} can't be reached at ${url.host}: ${reasonOf(cause)}`, {
        code: 'environment',
        hint: 'check the region or address in --spark, and the network',
        cause,
      });
    },
  );
  const text = await answer.text();
  if (answer.ok) return text.trim() === '' ? {} : parseAnswer(title, url, text);
  const message = `${title} refuses ${method} ${url.pathname} (${answer.status}): ${wordsOf(text)}`;
  const { status } = answer;
  if (status === 401 || status === 403) throw new PlatformError(message, { code: 'environment', hint: signIn });
  if (status === 404) throw new PlatformError(message, { code: 'notFound', hint: 'correct the name in --spark' });
  const isPassing = status === 429 || status >= 500;
  throw new PlatformError(message, {
    code: isPassing ? 'environment' : 'config',
    hint: isPassing ? 'try again' : `the words are those of ${title}: correct what they name`,
  });
}

function parseAnswer(title: string, url: URL, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PlatformError(`${title} at ${url.host} doesn't answer in JSON: ${text.slice(0, 200)}`, {
      code: 'environment',
      hint: 'look whether a proxy answers in its place',
      cause,
    });
  }
}

/** What services say in the many places that they say it. */
function wordsOf(text: string): string {
  try {
    const said = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const inner = said.error as { message?: unknown } | undefined;
    const words = [inner?.message, said.message, said.Message, said.error].find((word) => typeof word === 'string');
    return words === undefined ? JSON.stringify(said) : String(words);
  } catch {
    return text.trim().slice(0, 500) || 'without a word';
  }
}

function reasonOf(cause: unknown): string {
  const inner = (cause as { cause?: { code?: string } }).cause;
  return messageOf(inner ?? cause) || (inner?.code ?? 'no answer');
}
