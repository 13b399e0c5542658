import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '@ml-platform/errors';
import { type Asked, checkRequest, checkResponse, findMethod } from './discovery.ts';

/** A request that BigQuery would take. */
export interface ApiRequest {
  /** `bigquery.jobs.insert` */
  readonly method: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** What was uploaded along. */
  readonly data?: Buffer;
}

export interface ApiAnswer {
  readonly status?: number;
  readonly json?: unknown;
}

export type Handler = (request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>;

export interface GoogleServer {
  readonly url: string;
  readonly requests: readonly ApiRequest[];
  /** The answer to the next request of a method, or to the next `PUT` of data; without one, what is answered gets lost. */
  readonly next: (method: string, answer?: ApiAnswer) => void;
  /** What Application Default Credentials find where they run on a machine of Google's. */
  readonly environment: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

/** An error as the service words it. */
export function refused(status: number, reason: string, message: string): ApiAnswer {
  return { status, json: { error: { code: status, message, errors: [{ reason, message, domain: 'global' }] } } };
}

/** Where a machine of Google's is told its project. */
export const PROJECT = '/computeMetadata/v1/project/project-id';

const METADATA: Readonly<Record<string, unknown>> = {
  '/computeMetadata/v1/instance/service-accounts/default/token': {
    access_token: 'sesame',
    expires_in: 3600,
    token_type: 'Bearer',
  },
  [PROJECT]: 'acme-machine',
  '/computeMetadata/v1/universe/universe-domain': 'googleapis.com',
};

interface Session {
  readonly asked: Asked;
  readonly body: unknown;
  readonly size: number;
  data: Buffer;
}

/**
 * A server of this process that takes what BigQuery's published API takes, and nothing else, from who has a token of its
 * own metadata server; resumable uploads included. What handlers answer is held to the published form, too.
 */
export async function googleServer(handlers: Readonly<Record<string, Handler>>): Promise<GoogleServer> {
  const requests: ApiRequest[] = [];
  const planned: { readonly method: string; readonly answer: ApiAnswer | undefined }[] = [];
  const sessions = new Map<string, Session>();
  const server = createServer((incoming, response) => {
    void respond(incoming, response).catch((thrown: unknown) =>
      send(response, refused(400, 'notAsPublished', `not as published: ${messageOf(thrown)}`)),
    );
  });

  async function respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '', origin);
    const metadata = METADATA[url.pathname];
    if (metadata !== undefined) return sendMetadata(response, metadata, takePlan(url.pathname)?.answer?.status);
    if (incoming.headers.authorization !== 'Bearer sesame')
      return send(response, refused(401, 'authError', 'who are you?'));
    const session = sessions.get(url.pathname);
    if (session) return receive(incoming, response, session);
    const asked = findMethod(incoming.method ?? '', url.pathname);
    if (asked === undefined) throw new Error(`${incoming.method} ${url.pathname} is no method of it`);
    const text = (await bytesOf(incoming)).toString();
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    checkRequest(asked, url.searchParams, body);
    if (asked.isUpload) return begin(incoming, response, asked, body);
    await handle(response, asked, { query: Object.fromEntries(url.searchParams), body });
  }

  async function handle(response: ServerResponse, asked: Asked, more: Pick<ApiRequest, 'query' | 'body' | 'data'>) {
    const { id } = asked.method;
    const request = { method: id, path: asked.path, ...more };
    requests.push(request);
    const plan = takePlan(id);
    const handler = handlers[id];
    if (handler === undefined) throw new Error(`nobody answers ${id}`);
    const answer = plan?.answer ?? (await handler(request));
    if ((answer.status ?? 200) < 300 && !plan?.answer) checkResponse(asked, answer.json);
    if (plan && plan.answer === undefined) return void response.destroy();
    send(response, answer);
  }

  function begin(incoming: IncomingMessage, response: ServerResponse, asked: Asked, body: unknown): void {
    const path = `/session/${sessions.size}`;
    const size = Number(incoming.headers['x-upload-content-length']);
    sessions.set(path, { asked, body, size, data: Buffer.alloc(0) });
    response.writeHead(200, { location: `${origin}${path}` }).end();
  }

  /** A broken upload keeps half of what came; a range without a start asks how much there is. */
  async function receive(incoming: IncomingMessage, response: ServerResponse, session: Session): Promise<void> {
    const [, start] = /^bytes (\d+)-/.exec(incoming.headers['content-range'] ?? '') ?? [];
    const data = await bytesOf(incoming);
    if (start !== undefined && Number(start) !== session.data.length)
      throw new Error(`byte ${start} is not the next one`);
    const plan = data.length > 0 ? takePlan('PUT') : undefined;
    session.data = Buffer.concat([session.data, plan ? data.subarray(0, Math.ceil(data.length / 2)) : data]);
    if (plan) return plan.answer ? send(response, plan.answer) : void response.destroy();
    if (session.data.length < session.size) {
      const range = session.data.length > 0 && { range: `bytes=0-${session.data.length - 1}` };
      return void response.writeHead(308, { ...range }).end();
    }
    await handle(response, session.asked, { query: {}, body: session.body, data: session.data });
  }

  function takePlan(method: string) {
    const index = planned.findIndex((plan) => plan.method === method);
    return index < 0 ? undefined : planned.splice(index, 1)[0];
  }

  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: origin,
    requests,
    next: (method, answer) => void planned.push({ method, answer }),
    environment: {
      BIGQUERY_EMULATOR_HOST: origin,
      GCE_METADATA_HOST: origin.replace('http://', ''),
      METADATA_SERVER_DETECTION: 'assume-present',
      GOOGLE_APPLICATION_CREDENTIALS: '',
      CLOUDSDK_CONFIG: '/nowhere',
    },
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}

function sendMetadata(response: ServerResponse, value: unknown, status = 200): void {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const type = typeof value === 'string' ? 'text/plain' : 'application/json';
  response.writeHead(status, { 'content-type': type, 'metadata-flavor': 'Google', connection: 'close' }).end(text);
}

function send(response: ServerResponse, { status = 200, json }: ApiAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(json === undefined ? '' : JSON.stringify(json));
}

async function bytesOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
