import { PlatformError, type PlatformErrorOptions } from '@ml-platform/errors';

/** What may go better in a while; `retryAfter` is how long the other side asks to be left alone, in milliseconds. */
export class TransientError extends PlatformError {
  readonly retryAfter: number | undefined;

  constructor(message: string, { retryAfter, ...options }: PlatformErrorOptions & { readonly retryAfter?: number }) {
    super(message, options);
    this.retryAfter = retryAfter;
  }
}
