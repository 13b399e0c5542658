import { messageOf, PlatformError } from '@ml-platform/errors';
import { ask } from './rest.ts';

const SIGN_IN =
  'sign in: aws sso login, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; then look at the role’s policy';

/** An API of AWS in one region. */
export interface AwsApi {
  readonly title: string;
  /** As in its host's name, and in signatures. */
  readonly service: string;
  readonly region: string;
}

export interface AwsRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

/**
 * The region of a place, else the one that AWS's own tools take.
 *
 * @throws PlatformError `usage` where there is neither.
 */
export function regionOf(region: string | undefined, form: string): string {
  const found = region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  if (found) return found;
  throw new PlatformError('--spark names no region, nor does AWS_REGION', { code: 'usage', hint: `as in ${form}` });
}

/** Sends a signed request: the two services have a client of some megabytes each, of which three operations are used. */
export async function askAws(api: AwsApi, { method, path, headers, json }: AwsRequest): Promise<unknown> {
  const url = new URL(path, endpoint(api));
  const body = json === undefined ? undefined : JSON.stringify(json);
  const signed = await sign(api, {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port !== '' && { port: Number(url.port) }),
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body }),
  });
  return ask(
    { title: api.title, signIn: SIGN_IN },
    { method, url, headers: signed, ...(body !== undefined && { body }) },
  );
}

function endpoint({ service, region }: AwsApi): string {
  const own = process.env[`AWS_ENDPOINT_URL_${service.toUpperCase().replaceAll('-', '_')}`];
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return own ?? process.env.AWS_ENDPOINT_URL ?? `https://${service}.${region}.${suffix}`;
}

interface Unsigned {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

async function sign({ title, service, region }: AwsApi, request: Unsigned): Promise<Record<string, string>> {
  // In a bundle, a CommonJS package has no names of its own.
  const { SignatureV4 } = (await import('@smithy/signature-v4')).default;
  const { Hash } = (await import('@smithy/core/serde')).default;
  const { defaultProvider } = (await import('@aws-sdk/credential-provider-node')).default;
  const signer = new SignatureV4({
    service,
    region,
    credentials: defaultProvider(),
    sha256: Hash.bind(null, 'sha256'),
  });
  try {
    return (await signer.sign(request)).headers;
  } catch (cause) {
    throw new PlatformError(`${title}: AWS doesn't know who you are: ${messageOf(cause).split('\n')[0]}`, {
      code: 'environment',
      hint: SIGN_IN,
      cause,
    });
  }
}
