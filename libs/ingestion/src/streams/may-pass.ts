import { explained, MessagingError } from '@ml-platform/messaging/clients';
import type { ReasonOf } from '@ml-platform/messaging/clients';
import { TransientError } from '../retry/transient-error.ts';

/** Runs `work` of a service; what may go better in a while is thrown as a `TransientError`. */
export async function mayPass<Result>(what: string, reasonOf: ReasonOf, work: () => Promise<Result>): Promise<Result> {
  try {
    return await explained(what, reasonOf, work);
  } catch (thrown) {
    if (!(thrown instanceof MessagingError) || !['unreachable', 'failed', 'lost'].includes(thrown.reason)) throw thrown;
    const { message, code, hint } = thrown;
    throw new TransientError(message, { code, hint, cause: thrown });
  }
}
