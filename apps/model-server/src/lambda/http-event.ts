import { PlatformError } from '@ml-platform/errors';
import { z } from 'zod';

/** A request as an event of Lambda holds it. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const texts = z.record(z.string(), z.string().optional()).nullish();
const lists = z.record(z.string(), z.array(z.string()).optional()).nullish();
const body = { body: z.string().nullish(), isBase64Encoded: z.boolean().optional() };

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html */
const restEvent = z.object({
  ...body,
  httpMethod: z.string(),
  path: z.string(),
  headers: texts,
  multiValueHeaders: lists,
  queryStringParameters: texts,
  multiValueQueryStringParameters: lists,
});

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
const httpEvent = z.object({
  ...body,
  version: z.literal('2.0'),
  rawPath: z.string(),
  rawQueryString: z.string().optional(),
  headers: texts,
  requestContext: z.object({ http: z.object({ method: z.string() }), stage: z.string().optional() }),
});

/** They are of the connection to API Gateway, or of the body as it was sent there. */
const NOT_FORWARDED = ['connection', 'content-length', 'expect', 'keep-alive', 'transfer-encoding'];

/**
 * Reads an event of API Gateway (a REST API's proxy, or payload 2.0 of an HTTP API) or of a function URL.
 *
 * @throws PlatformError `usage` for an event that isn't one.
 */
export function readHttpEvent(text: string): HttpRequest {
  const event = parse(text);
  const http = httpEvent.safeParse(event);
  if (http.success) return readHttp(http.data);
  const rest = restEvent.safeParse(event);
  if (rest.success) return readRest(rest.data);
  throw new PlatformError('the event is no HTTP request', {
    code: 'usage',
    hint: 'ask by API Gateway (a proxy integration) or by a function URL',
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readHttp(event: z.infer<typeof httpEvent>): HttpRequest {
  const { rawPath, rawQueryString, headers, requestContext } = event;
  const prefix = `/${requestContext.stage}`;
  const path = rawPath === prefix || rawPath.startsWith(`${prefix}/`) ? rawPath.slice(prefix.length) || '/' : rawPath;
  const url = rawQueryString ? `${path}?${rawQueryString}` : path;
  return { method: requestContext.http.method, url, headers: forwarded(headers ?? {}), body: bodyOf(event) };
}

function readRest(event: z.infer<typeof restEvent>): HttpRequest {
  const headers = { ...event.headers, ...joined(event.multiValueHeaders ?? {}) };
  const query = queryOf(event);
  const url = query ? `${event.path}?${query}` : event.path;
  return { method: event.httpMethod, url, headers: forwarded(headers), body: bodyOf(event) };
}

function queryOf({ queryStringParameters, multiValueQueryStringParameters }: z.infer<typeof restEvent>): string {
  const query = new URLSearchParams();
  const several = Object.entries(multiValueQueryStringParameters ?? {});
  for (const [name, values = []] of several) for (const value of values) query.append(name, value);
  if (several.length > 0) return query.toString();
  for (const [name, value = ''] of Object.entries(queryStringParameters ?? {})) query.append(name, value);
  return query.toString();
}

function joined(headers: Readonly<Record<string, string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, values = []]) => [name, values.join(', ')]));
}

function forwarded(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || NOT_FORWARDED.includes(name.toLowerCase()) ? [] : [[name.toLowerCase(), value] as const],
  );
  return Object.fromEntries(entries);
}

function bodyOf({
  body: text,
  isBase64Encoded,
}: {
  body?: string | null | undefined;
  isBase64Encoded?: boolean | undefined;
}) {
  return isBase64Encoded ? Buffer.from(text ?? '', 'base64') : (text ?? '');
}
