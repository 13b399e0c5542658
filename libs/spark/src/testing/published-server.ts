import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '@ml-platform/errors';
import { z } from 'zod';

type Schema = Readonly<Record<string, unknown>>;

interface Operation {
  readonly query: readonly string[];
  readonly request?: Schema;
  readonly response?: Schema;
}

/** As trim_published.py prints it. */
interface Published {
  readonly paths: Readonly<Record<string, Operation>>;
  readonly schemas: Readonly<Record<string, Schema>>;
}

export interface Request {
  readonly method: string;
  readonly url: URL;
  readonly body: unknown;
  readonly headers: IncomingMessage['headers'];
}

export interface Answer {
  readonly status?: number;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface PublishedServer {
  readonly url: string;
  readonly requests: readonly Request[];
  readonly close: () => Promise<void>;
}

/** A server of this process that takes what a published API takes, and nothing else; what it answers is held to it as well. */
export async function publishedServer(name: string, answer: (request: Request) => Answer): Promise<PublishedServer> {
  const file = new URL(`./published/${name}.json`, import.meta.url);
  const published = JSON.parse(readFileSync(file, 'utf8')) as Published;
  return httpServer((request) => {
    const { query, request: takes, response } = operationOf(published, request);
    const unknown = [...request.url.searchParams.keys()].find((key) => !query.includes(key));
    if (unknown !== undefined) throw new Error(`there is no query ${unknown}`);
    if (takes) check(published, takes, request.body);
    else if (request.body !== undefined) throw new Error('it takes no body');
    const answered = answer(request);
    if (response && (answered.status ?? 200) < 300) check(published, response, answered.json);
    return answered;
  });
}

/** A server of this process; what `answer` throws is a refusal. */
export async function httpServer(answer: (request: Request) => Answer): Promise<PublishedServer> {
  const requests: Request[] = [];
  const server = createServer(async (incoming, response) => {
    const request = await read(incoming);
    requests.push(request);
    const { status = 200, json, headers } = refusing(() => answer(request));
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close', ...headers });
    response.end(json === undefined ? '' : JSON.stringify(json));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((closed) => server.close(() => closed()));
  return { url: `http://127.0.0.1:${port}`, requests, close };
}

function refusing(work: () => Answer): Answer {
  try {
    return work();
  } catch (thrown) {
    return { status: 400, json: { message: `not as published: ${messageOf(thrown)}` } };
  }
}

async function read(incoming: IncomingMessage): Promise<Request> {
  let text = '';
  for await (const chunk of incoming) text += chunk;
  const isJson = incoming.headers['content-type']?.includes('json');
  const body = text === '' ? undefined : isJson ? JSON.parse(text) : text;
  const url = new URL(incoming.url ?? '', 'http://localhost');
  return { method: incoming.method ?? '', url, body, headers: incoming.headers };
}

function operationOf({ paths }: Published, { method, url }: Request): Operation {
  const found = Object.entries(paths).find(([template]) => {
    const pattern = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/:]+');
    return new RegExp(`^${pattern}$`).test(`${method} ${url.pathname}`);
  });
  if (found) return found[1];
  throw new Error(`${method} ${url.pathname} is no operation of it`);
}

function check({ schemas }: Published, schema: Schema, value: unknown): void {
  const whole = { ...(pointing(schema) as Schema), $defs: pointing(schemas) };
  const { error } = z.fromJSONSchema(whole as Parameters<typeof z.fromJSONSchema>[0]).safeParse(value);
  if (error) throw new Error(z.prettifyError(error));
}

function pointing(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(pointing);
  if (typeof schema !== 'object' || schema === null) return schema;
  // Google's word for a duration or a time is a format of its own.
  const entries = Object.entries(schema).filter(([key, value]) => key !== 'format' || typeof value !== 'string');
  return Object.fromEntries(
    entries.map(([key, value]) => [key, key === '$ref' ? `#/$defs/${value}` : pointing(value)]),
  );
}
