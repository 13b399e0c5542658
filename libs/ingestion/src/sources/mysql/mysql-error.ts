import { type ErrorCode, messageOf, PlatformError } from '@ml-platform/errors';
import { masked } from '../../failures/masked.ts';
import { TransientError } from '../../retry/transient-error.ts';

const CODES: readonly (readonly [sign: RegExp, code: ErrorCode, hint: string])[] = [
  [
    /^ER_(ACCESS_DENIED|DBACCESS_DENIED|.*AUTH)/,
    'environment',
    'check user and password of the URL, and from where that user may connect',
  ],
  [/^ER_TABLEACCESS_DENIED/, 'environment', 'the user needs SELECT of the table'],
  [/^ER_BAD_DB/, 'notFound', 'check the name of the database at the end of the URL'],
  [/^ER_NO_SUCH_TABLE/, 'notFound', 'check the name of the table: table or database.table'],
  [/^ER_(PARSE|BAD_FIELD|WRONG|UNKNOWN)/, 'config', 'expected a table, or SQL of MySQL'],
];

const PASSING =
  /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|EAI_AGAIN|PROTOCOL_CONNECTION_LOST|PROTOCOL_SEQUENCE_TIMEOUT|ER_CON_COUNT|ER_TOO_MANY|ER_LOCK_|ER_SERVER_SHUTDOWN|ER_NET_|ER_QUERY_INTERRUPTED|ER_CONNECTION_KILLED)/;
const BROKEN = /closed state|Connection lost|read ECONNRESET/;

/** What the server or the way to it says, without the password. */
export function mysqlError(name: string, where: string, thrown: unknown): unknown {
  if (thrown instanceof PlatformError || (thrown as Error)?.name === 'AbortError') return thrown;
  const { code = '' } = thrown as { code?: string };
  const said = masked(messageOf(thrown)) || code;
  const message = `${name} at ${where}: ${said}`;
  if (PASSING.test(code) || BROKEN.test(said)) {
    return new TransientError(message, {
      code: 'environment',
      hint: 'check that the server is up and can be reached',
      cause: thrown,
    });
  }
  const [, known, hint] = CODES.find(([sign]) => sign.test(code)) ?? OTHER;
  return new PlatformError(message, { code: known, hint, cause: thrown });
}

const OTHER = [/./, 'environment', 'check the URL: mysql://user:password@host:3306/database'] as const;
