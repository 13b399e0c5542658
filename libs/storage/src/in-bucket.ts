import { messageOf } from '@ml-platform/errors';
import opendal, { type Entry, type Operator, type RetryLayer } from 'opendal';
import { addressOf } from './address-of.ts';
import { signAzure } from './azure-signature.ts';
import type { Backend } from './backend.ts';
import { cut } from './cut.ts';
import { incomingName, isIncoming } from './incoming.ts';
import type { Location } from './location.ts';
import type { ByteRange, SignedRequest, SignOptions, StoredObject } from './object-store.ts';
import { putIf, readRange } from './signed-fetch.ts';
import { reasonOf, StoreError } from './store-error.ts';

/** Bytes asked of OpenDAL at a time. */
const CHUNK = 1024 * 1024;
/** Seconds that a request of our own may take to start. */
const SOON = 300;

/**
 * A bucket or container as a store, by OpenDAL. What its Node binding lacks (a range of bytes, conditional writes) goes as a
 * signed request, where one can be signed.
 */
export function inBucket({ scheme, options }: Location): Backend {
  const operator = withRetries(new opendal.Operator(scheme, { ...options }));
  const sign = (path: string, wanted: SignOptions) => signed(operator, { scheme, options }, path, wanted);
  const own = (path: string, access: SignOptions['access']) => sign(path, { access, expires: SOON });
  return {
    stat: (path) => statOf(operator, path),
    read: (path, range) => readFrom(operator, path, range, () => own(path, 'read')),
    write: (path, content, partSize) =>
      scheme === 'gcs' && !/^[\w.~/-]*$/.test(path)
        ? writeRenamed(operator, path, content, partSize)
        : writeParts(operator, path, content, partSize),
    // GCS takes a condition in a header that the signature has to cover, and OpenDAL signs none.
    ...(scheme !== 'gcs' && {
      writeIf: async (path, content, condition) => putIf(() => own(path, 'write'), content, condition),
    }),
    copy: (from, to) => operator.copy(from, to),
    move: async (from, to) => {
      await operator.copy(from, to);
      await operator.delete(from);
    },
    list: async (prefix) => {
      const entries = await operator.list(prefix || '/', { recursive: true });
      return shown(entries).filter((path) => !path.endsWith('/'));
    },
    children: async (prefix) => {
      const entries = await operator.list(prefix || '/');
      return shown(entries).filter((path) => path !== prefix && path !== '/');
    },
    remove: (paths) => operator.remove([...paths]),
    sign,
  };
}

/** Its types leave these out. */
const { layers } = opendal as unknown as { layers: { RetryLayer: new () => RetryLayer } };

function withRetries(operator: Operator): Operator {
  const retry = new layers.RetryLayer();
  retry.maxTimes = 3;
  retry.minDelay = 200;
  retry.maxDelay = 2000;
  retry.factor = 2;
  retry.jitter = true;
  return operator.layer(retry.build());
}

async function statOf(operator: Operator, path: string): Promise<StoredObject | undefined> {
  try {
    const { contentLength, etag, lastModified } = await operator.stat(path);
    const modified = lastModified === null ? {} : { modified: new Date(lastModified) };
    return { path, size: Number(contentLength), version: etag ?? `${contentLength} ${lastModified}`, ...modified };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NotFound');
}

async function* readFrom(
  operator: Operator,
  path: string,
  range: ByteRange,
  sign: () => Promise<SignedRequest>,
): AsyncIterable<Uint8Array> {
  if (range.start === 0 && !Number.isFinite(range.end ?? Number.POSITIVE_INFINITY)) {
    yield* readAll(operator, path);
    return;
  }
  // Where nothing can be signed, what is before the range is read as well.
  const request = await sign().catch(() => undefined);
  yield* request === undefined ? cut(readAll(operator, path), range) : readRange(request, range);
}

async function* readAll(operator: Operator, path: string): AsyncIterable<Buffer> {
  const reader = await operator.reader(path).catch((error: unknown) => thrownFor(operator, path, error));
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const length = Number(await reader.read(chunk));
    if (length === 0) return;
    yield chunk.subarray(0, length);
  }
}

/** OpenDAL asks for the length first, and such an answer has no body that tells a bucket from a file; a list's has. */
async function thrownFor(operator: Operator, path: string, error: unknown): Promise<never> {
  const other = isMissing(error) && (await operator.list(`${path}/`).catch(messageOf));
  throw typeof other === 'string' && reasonOf(other) === 'bucket' ? new Error(other) : error;
}

/** What is never closed is never seen. */
async function writeParts(operator: Operator, path: string, content: AsyncIterable<Uint8Array>, partSize: number) {
  const writer = await operator.writer(path, { chunk: BigInt(partSize), contentType: 'application/octet-stream' });
  for await (const chunk of content) await writer.write(asBuffer(chunk));
  await writer.close();
}

/** OpenDAL encodes the name of what it writes to GCS twice (`a=1` becomes `a%3D1`), but not that of a copy. */
async function writeRenamed(operator: Operator, path: string, content: AsyncIterable<Uint8Array>, partSize: number) {
  const incoming = incomingName();
  try {
    await writeParts(operator, incoming, content, partSize);
    await operator.copy(incoming, path);
  } finally {
    await operator.delete(incoming);
  }
}

function shown(entries: readonly Entry[]): string[] {
  return entries.map((entry) => entry.path()).filter((path) => !isIncoming(path));
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

async function signed(
  operator: Operator,
  { scheme, options }: Location,
  path: string,
  { access, expires }: SignOptions,
): Promise<SignedRequest> {
  // OpenDAL's signature for Azure opens the whole account, for an hour.
  if (scheme === 'azblob') return signAzure(options, path, { access, expires });
  // For GCS it takes a name as it stands in the address, and the root as it is.
  const [signer, name] =
    scheme === 'gcs'
      ? [new opendal.Operator(scheme, { ...options, root: '/' }), addressOf(options.root ?? '/', path)]
      : [operator, path];
  try {
    const { url, headers } = await (access === 'read'
      ? signer.presignRead(name, expires)
      : signer.presignWrite(name, expires));
    return { method: access === 'read' ? 'GET' : 'PUT', url, headers };
  } catch (error) {
    if (!(error instanceof Error) || !/credential/.test(error.message)) throw error;
    const hint = scheme === 'gcs' ? GCS_KEY : 'sign in: aws sts get-caller-identity shows as whom';
    throw new StoreError('there is no key to sign with', 'denied', { hint });
  }
}

const GCS_KEY = "set GOOGLE_APPLICATION_CREDENTIALS to a service account's key file";
