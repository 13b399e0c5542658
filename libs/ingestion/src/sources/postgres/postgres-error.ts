import { messageOf, PlatformError } from '@ml-platform/errors';
import { masked } from '../../failures/masked.ts';
import { TransientError } from '../../retry/transient-error.ts';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html, by how the code starts; the first that fits. */
const STATES: readonly (readonly [
  start: string,
  code: 'config' | 'environment' | 'notFound' | 'data',
  hint: string,
])[] = [
  ['28', 'environment', 'check user and password of the URL, and pg_hba.conf of the server'],
  ['3D', 'notFound', 'check the name of the database at the end of the URL'],
  ['42P01', 'notFound', 'check the name of the table and its schema: schema.table'],
  ['42501', 'environment', 'the user needs USAGE of the schema and SELECT of the table'],
  ['42', 'config', 'expected a table, or SQL of PostgreSQL'],
  ['22', 'data', 'a value of the query, or of the position, is none for the type of its column'],
];

/** Too many connections, a start or an end of the server, a conflict with recovery, a broken connection. */
const PASSING = /^(53|57P0|40|08)/;
const BROKEN =
  /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|EAI_AGAIN|terminated unexpectedly|timeout expired|Connection terminated/;

/** What PostgreSQL or the way to it says, without the password. */
export function postgresError(name: string, where: string, thrown: unknown): unknown {
  if (thrown instanceof PlatformError || (thrown as Error)?.name === 'AbortError') return thrown;
  const { code = '' } = thrown as { code?: string };
  const said = masked(messageOf(thrown)) || code;
  const message = `${name} at ${where}: ${said}`;
  const isTold = /^[0-9A-Z]{5}$/.test(code);
  if (isTold ? PASSING.test(code) : BROKEN.test(`${code} ${said}`)) {
    return new TransientError(message, {
      code: 'environment',
      hint: 'check that the server is up and can be reached',
      cause: thrown,
    });
  }
  const [, known, hint] = STATES.find(([start]) => isTold && code.startsWith(start)) ?? OTHER;
  return new PlatformError(message, { code: known, hint, cause: thrown });
}

const OTHER = ['', 'environment', 'check the URL: postgres://user:password@host:5432/database'] as const;
