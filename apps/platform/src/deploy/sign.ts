import { messageOf, PlatformError } from '@ml-platform/errors';
import type { Sign, Unsigned } from './ask.ts';

/** The service that a request to an address of AWS's is signed for. https://docs.aws.amazon.com/general/latest/gr/rande.html */
const HOSTS: readonly (readonly [host: RegExp, service: string])[] = [
  [/^runtime\.sagemaker\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/, 'sagemaker'],
  [/\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/, 'execute-api'],
  [/\.lambda-url\.([a-z0-9-]+)\.on\.aws$/, 'lambda'],
];

/** How questions to an address are signed; undefined for one that isn't AWS's own. */
export function signerOf({ hostname }: URL): Sign | undefined {
  for (const [host, service] of HOSTS) {
    const [, region] = host.exec(hostname) ?? [];
    if (region !== undefined) return (request) => sign({ service, region }, request);
  }
  return undefined;
}

async function sign(
  place: { readonly service: string; readonly region: string },
  { method, url, headers, body }: Unsigned,
): Promise<Record<string, string>> {
  const [{ SignatureV4 }, { Hash }, { defaultProvider }] = await Promise.all([
    import('@smithy/signature-v4'),
    import('@smithy/core/serde'),
    import('@aws-sdk/credential-provider-node'),
  ]);
  const signer = new SignatureV4({ ...place, credentials: defaultProvider(), sha256: Hash.bind(null, 'sha256') });
  const { protocol, hostname, pathname: path, searchParams } = url;
  const query = Object.fromEntries(searchParams);
  const unsigned = { method, protocol, hostname, path, query, headers: { host: url.host, ...headers } };
  try {
    const { host: _, ...signed } = (await signer.sign({ ...unsigned, ...(body !== undefined && { body }) })).headers;
    return signed;
  } catch (cause) {
    throw new PlatformError(`${hostname} asks who is asking: ${messageOf(cause).split('\n')[0]}`, {
      code: 'environment',
      hint: 'sign in: aws sso login, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
      cause,
    });
  }
}
