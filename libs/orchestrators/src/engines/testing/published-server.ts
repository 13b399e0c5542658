import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '@ml-platform/errors';
import { z } from 'zod';

type Schema = Readonly<Record<string, unknown>>;

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly type?: string;
    readonly schema?: Schema;
  }[];
  readonly responses: Readonly<Record<string, { readonly schema?: Schema }>>;
}

/** The part of a service's published API that is used here. */
interface PublishedApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly definitions: Readonly<Record<string, Schema>>;
}

/** A request that the service would take. */
export interface PublishedRequest {
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly headers: IncomingMessage['headers'];
}

interface Answer {
  readonly status?: number;
  readonly json?: unknown;
  /** As it is, where the service doesn't answer in one JSON document. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Handlers = Readonly<Record<string, (request: PublishedRequest) => Answer>>;

export interface PublishedServer {
  readonly url: string;
  /** Requests of operations, in order. */
  readonly requests: readonly (PublishedRequest & { readonly operation: string })[];
  readonly close: () => Promise<void>;
}

/**
 * A server of this process that takes what the published APIs of a service take, and nothing else: paths, queries, bodies
 * and what it is to answer with are held to their schemas. Handlers go by the operation's id; `GET /path` for one that
 * isn't published.
 */
export async function publishedServer(names: readonly string[], handlers: Handlers): Promise<PublishedServer> {
  const apis = names.map(readApi);
  const requests: (PublishedRequest & { operation: string })[] = [];
  const server = createServer(async (incoming, response) => {
    send(response, await answer(incoming).catch(refusal));
  });

  async function answer(incoming: IncomingMessage): Promise<Answer> {
    const { pathname, searchParams: query } = new URL(incoming.url ?? '', 'http://localhost');
    const body = await bodyOf(incoming);
    const { headers } = incoming;
    const unpublished = handlers[`${incoming.method} ${pathname}`];
    if (unpublished) return unpublished({ path: {}, query, body, headers });
    for (const api of apis) {
      const found = findOperation(api, incoming.method ?? '', pathname);
      if (found === undefined) continue;
      const { operation, path } = found;
      check(api, operation, query, body);
      const request = { path, query, body, headers };
      requests.push({ ...request, operation: operation.operationId });
      const handler = handlers[operation.operationId];
      if (handler === undefined) throw new Error(`nobody answers ${operation.operationId}`);
      const answered = handler(request);
      const schema = operation.responses['200']?.schema;
      if (answered.json !== undefined && (answered.status ?? 200) < 300 && schema) validate(api, schema, answered.json);
      return answered;
    }
    throw new Error(`${incoming.method} ${pathname} is no operation of it`);
  }

  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((closed) => server.close(() => closed()));
  return { url: `http://127.0.0.1:${port}`, requests, close };
}

function send(response: ServerResponse, { status = 200, json, text, headers }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close', ...headers });
  response.end(text ?? JSON.stringify(json));
}

function refusal(thrown: unknown): Answer {
  return { status: 400, json: { message: `not as published: ${messageOf(thrown)}` } };
}

function readApi(name: string): PublishedApi {
  return JSON.parse(readFileSync(new URL(`./published/${name}.json`, import.meta.url), 'utf8')) as PublishedApi;
}

function findOperation({ paths }: PublishedApi, method: string, pathname: string) {
  for (const [template, operations] of Object.entries(paths)) {
    const operation = operations[method.toLowerCase()];
    const pattern = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
    const match = new RegExp(`^${pattern}$`).exec(pathname);
    if (operation !== undefined && match) return { operation, path: { ...match.groups } };
  }
  return undefined;
}

function check(api: PublishedApi, { parameters }: Operation, query: URLSearchParams, body: unknown): void {
  const known = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const unknown = [...query.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`there is no query ${unknown}`);
  const schema = parameters.find((parameter) => parameter.in === 'body')?.schema;
  if (schema) validate(api, schema, body);
  else if (body !== undefined) throw new Error('it takes no body');
}

/** Services ignore or refuse fields that they don't know; here they are refused, so that a slip shows. */
function validate({ definitions }: PublishedApi, schema: Schema, value: unknown): void {
  const whole = { ...(strict(schema) as Schema), $defs: strict(definitions) };
  const { error } = z.fromJSONSchema(whole as Parameters<typeof z.fromJSONSchema>[0]).safeParse(value);
  if (error) throw new Error(z.prettifyError(error));
}

function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const all = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]));
  if (typeof all.$ref === 'string') return { $ref: all.$ref.replace('#/definitions/', '#/$defs/') };
  if (all.type === 'any') return {};
  const isClosed = typeof all.properties === 'object' && all.type === 'object' && !('additionalProperties' in all);
  return isClosed ? { ...all, additionalProperties: false } : all;
}

async function bodyOf(incoming: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of incoming) text += chunk;
  return text === '' ? undefined : JSON.parse(text);
}
