import { messageOf, PlatformError } from '@ml-platform/errors';
import type { FastifyInstance } from 'fastify';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Starts listening.
 *
 * @returns the server's URL, without a slash at the end.
 * @throws PlatformError `environment` where the port is taken or reserved, or the host isn't this machine's.
 */
export async function listen(app: FastifyInstance, address: Address): Promise<string> {
  try {
    return await app.listen({ ...address });
  } catch (thrown) {
    throw explain(thrown, address);
  }
}

function explain(thrown: unknown, { host, port }: Address): PlatformError {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  if (code === 'EADDRINUSE')
    return refusal(`port ${port} on ${host} is in use`, `pass --port ${otherPort(port)}`, thrown);
  if (code === 'EACCES') return refusal(`port ${port} is reserved to administrators`, 'pass --port 8080', thrown);
  return refusal(
    `can't listen on ${host}, port ${port}: ${messageOf(thrown)}`,
    'pass --host 127.0.0.1, or --host 0.0.0.0 for every address of this machine',
    thrown,
  );
}

function otherPort(port: number): number {
  return port < 65_535 ? port + 1 : 8080;
}

function refusal(message: string, hint: string, cause: unknown): PlatformError {
  return new PlatformError(message, { code: 'environment', hint, cause });
}
