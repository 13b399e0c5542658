import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline as pump } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Condition } from './backend.ts';
import type { ByteRange, SignedRequest } from './object-store.ts';
import { StoreError, type StoreFailure } from './store-error.ts';

const RETRIES = 3;
const FIRST_PAUSE_MILLISECONDS = 200;

/** Reads a range by a signed request; behind the file's end there is nothing. */
export async function* readRange(request: SignedRequest, { start, end }: ByteRange): AsyncIterable<Uint8Array> {
  const last = end === undefined || !Number.isFinite(end) ? '' : end - 1;
  const send = () =>
    fetch(request.url, { headers: { ...request.headers, range: `bytes=${start}-${last}` } }).catch(unreachable);
  const response = await retried(send, ({ status }) => status === 429 || status >= 500);
  if (response.status === 416) return;
  if (!response.ok) throw await refusal(response);
  if (response.status !== 206) throw new StoreError('the store sent all of it instead of a range', 'failed');
  if (response.body !== null) yield* response.body;
}

/**
 * Writes by one signed request, under a condition; false where it doesn't hold. Only an answer that says that nothing was
 * done is followed by another try: after any other, a refusal could be due to our own first one.
 */
export async function putIf(
  sign: () => Promise<SignedRequest>,
  content: AsyncIterable<Uint8Array>,
  condition: Condition,
): Promise<boolean> {
  const header = 'ifAbsent' in condition ? { 'if-none-match': '*' } : { 'if-match': condition.ifMatch };
  return spooled(content, async (file, size) => {
    const send = async () => {
      const { url, headers } = await sign();
      return put(url, { ...headers, ...header, 'content-length': String(size) }, file).catch(unknownOutcome);
    };
    const response = await retried(send, isNothingDone);
    if (response.ok) return true;
    const refused = await refusal(response);
    if (isUnmet(condition, response.status, refused)) return false;
    throw refused;
  });
}

/** The length has to be known before the first byte is sent, so what comes as a stream waits in a file. */
async function spooled<Result>(
  content: AsyncIterable<Uint8Array>,
  use: (file: string, size: number) => Promise<Result>,
) {
  const folder = await mkdtemp(join(tmpdir(), 'store-'));
  try {
    const file = join(folder, 'content');
    await pump(content, createWriteStream(file));
    return await use(file, (await stat(file)).size);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** By Node's own client: `fetch` takes a file into memory faster than it sends it. */
async function put(url: string, headers: Readonly<Record<string, string>>, file: string): Promise<Response> {
  const { request } = await import(url.startsWith('https:') ? 'node:https' : 'node:http');
  const outgoing: ClientRequest = request(url, { method: 'PUT', headers });
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  // A refusal may come, and end the connection, before all is sent.
  const sent = pump(createReadStream(file), outgoing).catch(() => undefined);
  const [incoming] = await answered;
  const said = await text(incoming);
  await sent;
  const told = Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]);
  return new Response(said || null, { status: incoming.statusCode ?? 0, headers: told });
}

async function retried(send: () => Promise<Response>, isPassing: (response: Response) => boolean): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    const response = await send();
    if (attempt === RETRIES || !isPassing(response)) return response;
    await response.body?.cancel();
    await sleep(FIRST_PAUSE_MILLISECONDS * 2 ** attempt * (1 + Math.random()));
  }
}

/** Too many requests; S3's 409 asks for another try, Azure's says that there is a blob. */
function isNothingDone({ status, headers }: Response): boolean {
  return status === 429 || status === 503 || (status === 409 && headers.get('x-ms-request-id') === null);
}

/** Azure answers 409 where there is a blob already; S3 answers 404 to `ifMatch` where there is no object. */
function isUnmet(condition: Condition, status: number, { reason, message }: StoreError): boolean {
  if (status === 412) return true;
  return 'ifMatch' in condition ? reason === 'missing' : message.startsWith('BlobAlreadyExists');
}

function unreachable(): never {
  throw new StoreError('no answer', 'unreachable');
}

function unknownOutcome({ code = '' }: NodeJS.ErrnoException): never {
  if (['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(code)) return unreachable();
  const hint = 'look what is there: it may have been written';
  throw new StoreError('the connection broke before the answer', 'unreachable', { hint });
}

async function refusal(response: Response): Promise<StoreError> {
  const body = await response.text();
  const code = /<Code>([^<]*)/.exec(body)?.[1] ?? response.headers.get('x-ms-error-code') ?? `HTTP ${response.status}`;
  const said = /<Message>([^<\n]*)/.exec(body)?.[1];
  return new StoreError(said === undefined ? code : `${code}: ${said}`, reasonOf(code, response.status));
}

function reasonOf(code: string, status: number): StoreFailure {
  if (['NoSuchBucket', 'ContainerNotFound'].includes(code)) return 'bucket';
  if (status === 404) return 'missing';
  return status === 401 || status === 403 ? 'denied' : 'failed';
}
