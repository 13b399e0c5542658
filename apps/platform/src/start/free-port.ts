import { once } from 'node:events';
import { createServer } from 'node:net';
import { PlatformError } from '@ml-platform/errors';

/**
 * Refuses a port that is taken before minutes go into a model that couldn't be served.
 *
 * @throws PlatformError `environment`.
 */
export async function checkPortIsFree({ host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  const server = createServer();
  try {
    await once(server.listen(port, host), 'listening');
  } catch (cause) {
    throw new PlatformError(`port ${port} on ${host} is in use`, {
      code: 'environment',
      hint: 'pass --port 0 for a free one',
      cause,
    });
  } finally {
    server.close();
  }
}
