import { PlatformError, suggest } from '@ml-platform/errors';

const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;
type Mechanism = (typeof MECHANISMS)[number];

/** How a Kafka cluster is reached. */
export interface KafkaSettings {
  /** `host:port`, of one broker at least. */
  readonly brokers: readonly string[];
  readonly tls?: boolean;
  /** Else `KAFKA_USERNAME` and `KAFKA_PASSWORD`; without either nobody signs in. */
  readonly username?: string;
  readonly password?: string;
  /** How a password is shown to be known; `PLAIN`. */
  readonly sasl?: string;
}

/** What every client of `@platformatic/kafka` is made with. */
export function clientOptions({ brokers, tls = false, ...login }: KafkaSettings, env = process.env) {
  const { username = env.KAFKA_USERNAME, password = env.KAFKA_PASSWORD } = login;
  const sasl =
    username === undefined ? undefined : { mechanism: mechanismOf(login.sasl), username, password: password ?? '' };
  return {
    clientId: 'ml-platform',
    bootstrapBrokers: [...brokers],
    ...(tls && { tls: {} }),
    ...(sasl !== undefined && { sasl }),
  };
}

function mechanismOf(asked = 'PLAIN'): Mechanism {
  const mechanism = MECHANISMS.find((known) => known === asked.toUpperCase());
  if (mechanism !== undefined) return mechanism;
  throw new PlatformError(`'${asked}' is no way to sign in to Kafka, expected ${MECHANISMS.join(', ')}`, {
    code: 'usage',
    hint: suggest(asked.toUpperCase(), MECHANISMS, 'mechanisms'),
  });
}
