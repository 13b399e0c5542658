import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { azurite } from './locked-packages.ts';
import { startServer } from './start-server.ts';

const ACCOUNT = 'acme';
const KEY = Buffer.from('only-here').toString('base64');

export interface Azurite {
  readonly account: string;
  /** In base64. */
  readonly key: string;
  /** Of the account's blobs. */
  readonly endpoint: string;
  readonly makeContainer: (name: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Azure's blob storage on this machine, with one account and nothing in it. */
export async function startAzurite(): Promise<Azurite> {
  const program = join(azurite(), 'node_modules/azurite/dist/src/blob/main.js');
  const options = ['--silent', '--inMemoryPersistence', '--disableTelemetry', '--skipApiVersionCheck'];
  const env = { AZURITE_ACCOUNTS: `${ACCOUNT}:${KEY}` };
  const { url, stop } = await startServer((port) => [process.execPath, program, '--blobPort', port, ...options], env);
  const endpoint = `${url}/${ACCOUNT}`;
  return { account: ACCOUNT, key: KEY, endpoint, stop, makeContainer: (name) => makeContainer(endpoint, name) };
}

/** Signed by an account's SAS, which a store never hands out. */
async function makeContainer(endpoint: string, name: string): Promise<void> {
  const expiry = new Date(Date.now() + 60_000).toISOString().replace(/\.\d+Z$/, 'Z');
  const fields = [ACCOUNT, 'rwlc', 'b', 'c', '', expiry, '', '', '2018-11-09', ''];
  const sig = createHmac('sha256', Buffer.from(KEY, 'base64')).update(fields.join('\n')).digest('base64');
  const query = new URLSearchParams({ sv: '2018-11-09', ss: 'b', srt: 'c', sp: 'rwlc', se: expiry, sig });
  const made = await fetch(`${endpoint}/${name}?restype=container&${query}`, { method: 'PUT' });
  if (made.status !== 201) throw new Error(`azurite made no container ${name}: ${made.status} ${await made.text()}`);
}
