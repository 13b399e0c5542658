import { PlatformError } from '@ml-platform/errors';

export interface ServerUrl {
  readonly href: string;
  /** Host and database, for messages: neither user nor password. */
  readonly where: string;
}

/** @throws PlatformError `usage` for what is no URL of that kind, without showing it: it may hold a password. */
export function serverUrl(url: string | undefined, protocols: readonly string[], example: string): ServerUrl {
  const parsed = url === undefined ? undefined : URL.parse(url);
  if (!parsed || !protocols.includes(parsed.protocol)) {
    const got = url === undefined ? 'there is no URL' : `the URL is none that starts with ${protocols[0]}//`;
    throw new PlatformError(got, {
      code: 'usage',
      hint: `set the environment variable that it is read from: ${example}`,
    });
  }
  return { href: parsed.href, where: `${parsed.host}${parsed.pathname}` };
}
