import { messageOf, PlatformError } from '@ml-platform/errors';

export interface Problem {
  readonly message: string;
  /** What to type or change next. */
  readonly hint: string;
}

/** What was thrown, for a list of all that is wrong. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof PlatformError) return { message: thrown.message, hint: thrown.hint };
  return { message: messageOf(thrown), hint: 'mend it; the error is its own' };
}
