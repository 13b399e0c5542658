import { messageOf, PlatformError } from '@ml-platform/errors';

export interface RedisOptions {
  /** Milliseconds until a connection or an answer is given up; 5000 unless given. */
  readonly timeout?: number;
}

const RECONNECTIONS = 5;

/**
 * A connection to Redis, by `redis://user:password@host:port/database` or, encrypted, `rediss://…`.
 *
 * @throws PlatformError `config` for another address, `environment` where nobody answers or who asks is refused.
 */
export async function connectRedis(url: string, { timeout = 5000 }: RedisOptions = {}) {
  const place = placeOf(url);
  const { createClient } = await import('@redis/client');
  let connected = false;
  const client = createClient({
    url,
    RESP: 2,
    commandOptions: { timeout },
    socket: {
      connectTimeout: timeout,
      reconnectStrategy: (tries) => (connected && tries < RECONNECTIONS ? 50 * 2 ** tries : false),
    },
  });
  // Told by the command that meets it; without a listener it would end the process.
  client.on('error', () => undefined);
  const ask = async <Result>(work: (connection: typeof client) => Promise<Result>): Promise<Result> => {
    try {
      return await work(client);
    } catch (cause) {
      throw explain(place, cause);
    }
  };
  await ask(() => client.connect());
  connected = true;
  return { ask, close: () => client.destroy() };
}

export type Redis = Awaited<ReturnType<typeof connectRedis>>;

/** The address as it may be shown. */
function placeOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed && /^rediss?:$/.test(parsed.protocol)) return parsed.host;
  throw new PlatformError('the address of the online store is none of Redis', {
    code: 'config',
    hint: 'as in redis://localhost:6379, or rediss://user:password@host:port',
  });
}

const KNOWN: readonly { readonly said: RegExp; readonly problem: string; readonly hint: string }[] = [
  {
    said: /WRONGPASS|NOAUTH|NOPERM|invalid password|without any password/i,
    problem: 'refuses who asks',
    hint: 'check user and password in the address, and what the user may do',
  },
  {
    said: /WRONGTYPE/,
    problem: 'holds something else under a key of the online store',
    hint: 'choose another prefix in openOnlineStore(url, { prefix })',
  },
  { said: /OOM|maxmemory/, problem: 'has no memory left', hint: 'give Redis more memory, or sets a shorter ttl' },
  { said: /READONLY/, problem: 'is a replica, and takes no values', hint: 'name the primary' },
  { said: /LOADING/, problem: 'is still loading its data', hint: 'try again in a while' },
];

function explain(place: string, cause: unknown): PlatformError {
  if (cause instanceof PlatformError) return cause;
  const said = messageOf(cause);
  const known = KNOWN.find((one) => one.said.test(said));
  const problem = known?.problem ?? `doesn't answer: ${said || (cause as NodeJS.ErrnoException).code}`;
  return new PlatformError(`Redis at ${place} ${problem}`, {
    code: 'environment',
    hint: known?.hint ?? 'check that it runs there: redis-cli -h HOST -p PORT ping',
    cause,
  });
}
