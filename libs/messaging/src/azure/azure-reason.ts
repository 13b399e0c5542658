import { messageOf } from '@ml-platform/errors';
import { isUnreachable, type MessagingFailure, nested } from '../messaging-error.ts';

/** By the code or the name of an error; the first that is found. */
const SIGNS: readonly (readonly [MessagingFailure, RegExp])[] = [
  ['missing', /MessagingEntityNotFound/],
  ['lost', /MessageLockLost|SessionLockLost|MessageNotFound/],
  ['denied', /Unauthorized|AuthenticationRequired|CredentialUnavailable|InvalidSignature/],
  ['refused', /MessageSizeExceeded|MessageTooLarge/],
  ['unreachable', /ServiceCommunication|ServiceTimeout|OperationTimeout|ServiceUnavailable|ServerBusy/],
];

/** Of an error of the SDKs of Service Bus and Event Hubs, and of signing in; after several tries it has one of each. */
export function azureReason(thrown: unknown): MessagingFailure {
  const signs = [...nested(thrown)].map(({ code, name }) => `${code} ${name}`).join(' ');
  const found = SIGNS.find(([, sign]) => sign.test(signs))?.[0];
  if (found !== undefined) return found;
  return isUnreachable(thrown) || /ECONNREFUSED|ENOTFOUND/.test(messageOf(thrown)) ? 'unreachable' : 'failed';
}
