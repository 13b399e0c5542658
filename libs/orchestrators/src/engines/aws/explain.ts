import { messageOf, PlatformError } from '@ml-platform/errors';

/** Names of errors that say: we don't know who you are, or you may not. */
const DENIED =
  /AccessDenied|UnrecognizedClient|InvalidClientToken|ExpiredToken|InvalidSignature|SignatureDoesNotMatch|NotAuthorized/;
const NO_CREDENTIALS = /CredentialsProviderError|TokenProviderError/;
const UNREACHABLE = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNRESET|TimeoutError|SyntaxError/;

/**
 * Calls AWS, and says in a sentence what is wrong where it refuses.
 *
 * @throws PlatformError `environment` without credentials or rights, or where it can't be reached; else `config`, with the
 * service's own words.
 */
export async function askAws<Result>(what: string, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof PlatformError) throw cause;
    throw explained(what, cause);
  }
}

function explained(what: string, cause: unknown): PlatformError {
  const { name = '', code = '' } = cause as { name?: string; code?: string };
  const message = `AWS: ${what}: ${messageOf(cause) || name}`;
  const told = (kind: 'environment' | 'config', hint: string) =>
    new PlatformError(message, { code: kind, hint, cause });
  if (NO_CREDENTIALS.test(name)) return told('environment', 'sign in: aws sso login, or set AWS_PROFILE');
  if (DENIED.test(name))
    return told('environment', 'sign in as somebody who may: aws sts get-caller-identity says who you are');
  if (UNREACHABLE.test(`${name} ${code}`)) return told('environment', 'check the network and the region');
  if (/Region is missing/.test(message))
    return told('environment', 'set AWS_REGION, or region in targets.yaml, below submit');
  return told('config', 'the words are those of AWS: correct what they name');
}

/** Whether AWS says that something isn't there. */
export function isMissing(thrown: unknown): boolean {
  const { name = '', message = '' } = thrown as { name?: string; message?: string };
  return (
    /DoesNotExist|ResourceNotFound|NotFoundException|InvalidArn/.test(name) ||
    /does not exist|not found|could not find/i.test(message)
  );
}

export function noSuchRun(run: string, where: string, cause?: unknown): PlatformError {
  return new PlatformError(`there is no run '${run}' in ${where}`, {
    code: 'notFound',
    hint: 'give the run that submit printed',
    cause,
  });
}
