import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { PlatformError } from '@ml-platform/errors';
import { ask, askOnce, isPassing, type Rest } from './rest.ts';

export interface UploadRequest {
  /** Where an upload begins. */
  readonly path: string;
  /** The job, without its data. */
  readonly json: unknown;
  readonly signal: AbortSignal;
}

/** How often a broken upload is taken up again without a byte having arrived in between. */
const ATTEMPTS = 5;
const PAUSE_MILLISECONDS = 500;
/** How a server says that it waits for more. */
const INCOMPLETE = 308;

/**
 * Starts a job with a file as its data, by Google's resumable uploads: where the connection breaks, the rest follows.
 * The file is streamed, whatever its size.
 *
 * @returns the job that was started.
 */
export async function uploadJob(rest: Rest, { path, json, signal }: UploadRequest, file: string): Promise<unknown> {
  const { size } = await stat(file);
  const session = await begin(rest, { path, json, signal }, size);
  let sent = 0;
  for (let failures = 0; ; ) {
    const response = await send(rest, session, file, { sent, size, signal }).catch(async (thrown: unknown) => {
      if (!isPassing(thrown) || ++failures === ATTEMPTS) throw thrown;
      await setTimeout(PAUSE_MILLISECONDS * failures, undefined, { signal });
      return ask(rest, { method: 'PUT', path: session, headers: { 'content-range': `bytes */${size}` }, signal });
    });
    if (response.status !== INCOMPLETE) return response.json();
    await response.body?.cancel();
    const arrived = arrivedBytes(response);
    if (arrived > sent) failures = 0;
    sent = arrived;
  }
}

async function begin(rest: Rest, { path, json, signal }: UploadRequest, size: number): Promise<string> {
  const headers = { 'x-upload-content-type': 'application/octet-stream', 'x-upload-content-length': String(size) };
  const response = await ask(rest, { method: 'POST', path, query: { uploadType: 'resumable' }, json, headers, signal });
  const session = response.headers.get('location');
  if (session !== null) return session;
  throw new PlatformError(`BigQuery at ${rest.url} doesn't say where to upload to`, {
    code: 'environment',
    hint: 'look whether BIGQUERY_EMULATOR_HOST is the address of its API',
  });
}

interface Progress {
  readonly sent: number;
  readonly size: number;
  readonly signal: AbortSignal;
}

function send(rest: Rest, session: string, file: string, { sent, size, signal }: Progress): Promise<Response> {
  const range = size === 0 ? `bytes */0` : `bytes ${sent}-${size - 1}/${size}`;
  const headers = { 'content-length': String(size - sent), 'content-range': range };
  const body = Readable.toWeb(createReadStream(file, { start: sent })) as ReadableStream<Uint8Array>;
  return askOnce(rest, { method: 'PUT', path: session, headers, ...(size > sent && { body }), signal });
}

function arrivedBytes({ headers }: Response): number {
  const last = /-(\d+)$/.exec(headers.get('range') ?? '')?.[1];
  return last === undefined ? 0 : Number(last) + 1;
}
