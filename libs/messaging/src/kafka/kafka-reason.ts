import { isUnreachable, type MessagingFailure, nested } from '../messaging-error.ts';

/** Of an error of `@platformatic/kafka`, which wraps what the broker said. */
export function kafkaReason(thrown: unknown): MessagingFailure {
  const all = [...nested(thrown)];
  // The client leaves out what the broker said of a topic that isn't there.
  if (all.some(({ message }) => /^Unknown topic /.test(String(message)))) return 'missing';
  const ids = all.map(({ apiId }) => String(apiId));
  if (ids.some((id) => /^UNKNOWN_TOPIC/.test(id))) return 'missing';
  if (ids.some((id) => /AUTHORIZATION_FAILED|SASL/.test(id))) return 'denied';
  if (ids.some((id) => /MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE|INVALID_RECORD/.test(id))) return 'refused';
  const codes = all.map(({ code }) => code);
  if (codes.includes('PLT_KFK_AUTHENTICATION')) return 'denied';
  return isUnreachable(thrown) || codes.includes('PLT_KFK_TIMEOUT') || codes.includes('PLT_KFK_NETWORK')
    ? 'unreachable'
    : 'failed';
}
