import type { TokenCredential } from '@azure/identity';
import { PlatformError } from '@ml-platform/errors';

/** By a connection string, or as whoever is signed in. */
export type AzureLogin =
  | { readonly connection: string }
  | { readonly host: string; readonly credential: TokenCredential };

/**
 * How a namespace is signed in to: by the connection string in the environment variable, else by the identity of this
 * machine or of `az login`.
 *
 * @throws PlatformError `config` for a connection string of another namespace.
 */
export async function azureLogin(namespace: string, variable: string, env = process.env): Promise<AzureLogin> {
  const host = namespace.includes('.') ? namespace : `${namespace}.servicebus.windows.net`;
  const connection = env[variable];
  if (connection === undefined) {
    const { DefaultAzureCredential } = await import('@azure/identity');
    return { host, credential: new DefaultAzureCredential() };
  }
  const [, named = 'none'] = /Endpoint=sb:\/\/([^/:;]+)/i.exec(connection) ?? [];
  if (named.toLowerCase() === host.toLowerCase()) return { connection };
  throw new PlatformError(`${variable} is of ${named}, and not of ${host}`, {
    code: 'config',
    hint: `set ${variable} to a connection string of ${host}, or unset it to sign in with your own identity`,
  });
}
