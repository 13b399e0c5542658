import { type ErrorCode, messageOf, PlatformError } from '@ml-platform/errors';

/** Why a service didn't do it: the code and the hint of the error follow from it. */
export type MessagingFailure = keyof typeof FAILURES;

const REACH = 'check the network, the address and the region';

const FAILURES = {
  /** No such queue, topic or subscription. */
  missing: { code: 'notFound', hint: 'create it (infra/ does so in a cloud), or check the name' },
  /** Not signed in, or without the right to do it. */
  denied: { code: 'environment', hint: 'check who you are signed in as, and what that identity may do there' },
  /** Nobody answers. */
  unreachable: { code: 'environment', hint: REACH },
  /** The message isn't this consumer's any more. */
  lost: { code: 'busy', hint: 'another consumer has it now: give it a longer lease, or do less at a time' },
  /** The service takes no such message: too large, too many attributes. */
  refused: {
    code: 'data',
    hint: 'send less: put what is large in a file of libs/storage, and its address in the message',
  },
  /** This kind of queue can't do it, or none. */
  unsupported: { code: 'usage', hint: 'see the table in docs/messaging.md' },
  /** Anything else. */
  failed: { code: 'environment', hint: REACH },
} as const satisfies Record<string, { code: ErrorCode; hint: string }>;

/** An error of a queue; `reason` tells apart what `code` doesn't. */
export class MessagingError extends PlatformError {
  readonly reason: MessagingFailure;

  constructor(message: string, reason: MessagingFailure, { hint = FAILURES[reason].hint, cause }: Details = {}) {
    super(message, { code: FAILURES[reason].code, hint, cause });
    this.reason = reason;
  }
}

interface Details {
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Finds the reason in what a service's client threw. */
export type ReasonOf = (thrown: unknown) => MessagingFailure;

/**
 * Runs `work`; what it throws gets the queue's name, what was tried, and a reason. Errors of the services' clients hold whole
 * requests, tokens among them, so that none of them is the cause.
 */
export async function explained<Result>(
  what: string,
  reasonOf: ReasonOf,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof PlatformError || isAbort(thrown)) throw thrown;
    throw new MessagingError(`${what}: ${innermost(thrown)}`, reasonOf(thrown));
  }
}

export function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError';
}

/** Of an error and those that it has inside, whether in `cause` or in `errors`. */
export function* nested(thrown: unknown): Iterable<Record<string, unknown>> {
  if (typeof thrown !== 'object' || thrown === null) return;
  yield thrown as Record<string, unknown>;
  const { cause, errors } = thrown as { cause?: unknown; errors?: unknown };
  yield* nested(cause);
  if (Array.isArray(errors)) for (const error of errors) yield* nested(error);
}

/** Codes of Node's for a server that isn't there. */
const UNREACHABLE = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ECONNRESET'];

export function isUnreachable(thrown: unknown): boolean {
  return [...nested(thrown)].some(({ code }) => UNREACHABLE.includes(String(code)));
}

/** Clients wrap what happened in "failed 4 times" and the like: the last that is wrapped says it. */
function innermost(thrown: unknown): string {
  const told = [...nested(thrown)].flatMap(({ message }) => (typeof message === 'string' && message ? [message] : []));
  const [line = ''] = (told.at(-1) ?? messageOf(thrown)).split('\n');
  return line || 'no answer';
}
