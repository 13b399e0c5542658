import { messageOf } from '@ml-platform/errors';
import { isUnreachable, type MessagingFailure } from '../messaging-error.ts';

/** Of an error of the AWS SDK. */
export function awsReason(thrown: unknown): MessagingFailure {
  const name = thrown instanceof Error ? thrown.name : '';
  const said = messageOf(thrown);
  if (/QueueDoesNotExist|NonExistentQueue|NotFound/.test(name)) return 'missing';
  if (/ReceiptHandleIsInvalid|MessageNotInflight/.test(name) || /receipt handle has expired/i.test(said)) return 'lost';
  if (/AccessDenied|UnrecognizedClient|InvalidClientTokenId|Signature|Credentials|Authorization|Expired/.test(name)) {
    return 'denied';
  }
  if (/InvalidMessageContents|InvalidParameter|BatchRequestTooLong|InvalidAttribute|MissingParameter/.test(name)) {
    return 'refused';
  }
  return isUnreachable(thrown) || name === 'TimeoutError' ? 'unreachable' : 'failed';
}

/** A part of AWS (the world, China, the US government) has names of its own. */
export function arn(service: string, region: string, account: string, name: string): string {
  const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  return `arn:${partition}:${service}:${region}:${account}:${name}`;
}
