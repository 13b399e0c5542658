import { type ErrorCode, messageOf, PlatformError } from '@ml-platform/errors';

/** Why a store didn't do it: the code and the hint of the error follow from it. */
export type StoreFailure = keyof typeof FAILURES;

const REACH = 'check the network, the credentials and the name';

const FAILURES = {
  /** No such file. */
  missing: { code: 'notFound', hint: 'look what is there' },
  /** No such bucket or container. */
  bucket: { code: 'environment', hint: REACH },
  /** Not signed in, or without the right to do it. */
  denied: { code: 'environment', hint: 'check who you are signed in as, and what that identity may do there' },
  /** Nobody answers. */
  unreachable: { code: 'environment', hint: REACH },
  /** The condition of a write doesn't hold. */
  changed: { code: 'busy', hint: 'another writer was first: read what is there now, and decide again' },
  /** This kind of store can't do it, or none: a wrong path, range or condition. */
  unsupported: { code: 'usage', hint: 'see the table in libs/storage/README.md' },
  /** Anything else. */
  failed: { code: 'environment', hint: REACH },
} as const satisfies Record<string, { code: ErrorCode; hint: string }>;

/** An error of a store; `reason` tells apart what `code` doesn't. */
export class StoreError extends PlatformError {
  readonly reason: StoreFailure;

  constructor(message: string, reason: StoreFailure, { hint = FAILURES[reason].hint, cause }: StoreErrorOptions = {}) {
    super(message, { code: FAILURES[reason].code, hint, cause });
    this.reason = reason;
  }
}

interface StoreErrorOptions {
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Runs `work`; what it throws gets the location and what was tried. */
export async function explained<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    throw storeError(what, thrown);
  }
}

/**
 * An error of a store, of anything thrown; an abort stays an abort. OpenDAL's errors hold the whole request, an address with
 * a signature among it, so that nothing but the reason is kept of them, and none is the cause.
 */
export function storeError(what: string, thrown: unknown): unknown {
  if (isAbort(thrown)) return thrown;
  if (thrown instanceof StoreError) {
    const { message, reason, hint, cause } = thrown;
    return new StoreError(`${what}: ${message}`, reason, { hint, cause });
  }
  if (thrown instanceof PlatformError) return thrown;
  const said = messageOf(thrown);
  const cause = OPENDAL.test(said) ? undefined : thrown;
  return new StoreError(`${what}: ${shortened(said)}`, reasonOf(said), { cause });
}

const OPENDAL = / \((?:permanent|temporary|persistent)\) at /;

function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && ['AbortError', 'TimeoutError'].includes(thrown.name);
}

/** The first that is found: a bucket that isn't there is `NotFound` as well. */
const SIGNS: readonly (readonly [StoreFailure, RegExp])[] = [
  ['bucket', /NoSuchBucket|ContainerNotFound|bucket does not exist/],
  ['missing', /^NotFound|^ENOENT|^ENOTDIR.*open|^EISDIR.*read|NoSuchKey|BlobNotFound/],
  [
    'denied',
    /^PermissionDenied|^EACCES|^EPERM|AccessDenied|SignatureDoesNotMatch|InvalidAccessKeyId|no valid credential|AuthenticationFailed|AuthorizationFailure/,
  ],
  // Somebody else holds the lock of a folder.
  ['changed', /^database is locked/],
  ['unreachable', /error sending request|^fetch failed/],
];

/** Of the message of an error of OpenDAL or the system. */
export function reasonOf(said: string): StoreFailure {
  return SIGNS.find(([, sign]) => sign.test(said))?.[0] ?? 'failed';
}

/** OpenDAL's kind of error, with the service's code and message where it gave them. */
function shortened(message: string): string {
  const first = message.split('\n')[0] ?? '';
  const [kind = first, rest] = first.split(OPENDAL);
  if (rest === undefined) return kind;
  if (reasonOf(first) === 'unreachable') return `${kind}: no answer`;
  const [, code, said] = /\bcode: "?(\w+)"?, message: "([^"]*)"/.exec(rest) ?? [];
  if (code !== undefined) return `${kind}: ${code}: ${said}`;
  const [, status] = /status: (\d+)/.exec(rest) ?? [];
  if (status !== undefined) return `${kind}: HTTP ${status}`;
  const told = rest.split(' => ').at(-1)?.split(', source:')[0];
  return told === undefined || told.includes('://') ? kind : `${kind}: ${told}`;
}
