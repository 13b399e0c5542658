import { readFileSync } from 'node:fs';
import { z } from 'zod';

type Schema = Readonly<Record<string, unknown>>;

type Parameters = Readonly<Record<string, { readonly location: string; readonly enum?: readonly string[] }>>;

interface Method {
  readonly id: string;
  readonly httpMethod: string;
  readonly path: string;
  readonly parameters: Parameters;
  readonly request?: Schema;
  readonly response?: Schema;
  readonly mediaUpload?: { readonly protocols: Readonly<Record<string, { readonly path: string }>> };
}

interface Discovery {
  readonly servicePath: string;
  /** Of every method. */
  readonly parameters: Parameters;
  readonly methods: Readonly<Record<string, Method>>;
  readonly schemas: Readonly<Record<string, Schema>>;
}

const discovery = JSON.parse(readFileSync(new URL('./published/bigquery.json', import.meta.url), 'utf8')) as Discovery;

/** A method of the published API that a request is for. */
export interface Asked {
  readonly method: Method;
  readonly path: Readonly<Record<string, string>>;
  /** Whether data are to follow. */
  readonly isUpload: boolean;
}

export function findMethod(httpMethod: string, pathname: string): Asked | undefined {
  for (const method of Object.values(discovery.methods)) {
    if (method.httpMethod !== httpMethod) continue;
    const upload = method.mediaUpload?.protocols.simple?.path;
    for (const [template, isUpload] of [
      [`/${discovery.servicePath}${method.path}`, false] as const,
      [upload, true] as const,
    ]) {
      const path = template && match(template, pathname);
      if (path) return { method, path, isUpload };
    }
  }
  return undefined;
}

function match(template: string, pathname: string): Readonly<Record<string, string>> | undefined {
  const pattern = template.replace(/\{\+(\w+)\}/g, '(?<$1>[^/]+)');
  const groups = new RegExp(`^${pattern}$`).exec(pathname)?.groups;
  return groups && Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
}

/** Throws where a request isn't one that is published. */
export function checkRequest({ method, isUpload }: Asked, query: URLSearchParams, body: unknown): void {
  for (const [name, value] of query) {
    const parameter = method.parameters[name] ?? discovery.parameters[name];
    if (isUpload && name === 'uploadType') continue;
    // Google's own client for Python says it to every method of jobs.
    if (method.id.startsWith('bigquery.jobs.') && name === 'projection') continue;
    if (parameter?.location !== 'query') throw new Error(`${method.id} has no query ${name}`);
    if (parameter.enum?.includes(value) === false) throw new Error(`${name} of ${method.id} can't be ${value}`);
  }
  if (method.request) check(method.request, body);
  else if (body !== undefined) throw new Error(`${method.id} takes no body`);
}

/** Throws where an answer isn't one that the service gives. */
export function checkResponse({ method }: Asked, body: unknown): void {
  if (method.response) check(method.response, body);
}

const known = new Map<Schema, z.ZodType>();

/** Fields that aren't published are refused, so that a slip shows; null stands for a field that isn't there. */
function check(schema: Schema, value: unknown): void {
  const checker = known.get(schema) ?? z.fromJSONSchema({ ...asJsonSchema(schema), $defs: DEFINITIONS } as never);
  known.set(schema, checker);
  const { error } = checker.safeParse(withoutNulls(value));
  if (error) throw new Error(z.prettifyError(error));
}

const DIGITS = '^-?\\d+$';

const DEFINITIONS = Object.fromEntries(
  Object.entries(discovery.schemas).map(([name, schema]) => [name, asJsonSchema(schema)]),
);

/** Discovery's schemas are those of an early JSON Schema, with names for references. */
function asJsonSchema({ $ref, type, format, properties, items, additionalProperties, enum: words }: Schema): Schema {
  if (typeof $ref === 'string') return { $ref: `#/$defs/${$ref}` };
  if (type === 'any') return {};
  if (type === 'array') return { type, items: asJsonSchema(items as Schema) };
  if (type === 'object') {
    const more = additionalProperties ? asJsonSchema(additionalProperties as Schema) : false;
    const own = Object.entries((properties ?? {}) as Readonly<Record<string, Schema>>);
    const all = Object.fromEntries(own.map(([name, schema]) => [name, asJsonSchema(schema)]));
    return { type, properties: all, additionalProperties: more };
  }
  // Google takes numbers in either form; what is a 64-bit one is published as text.
  if (type === 'integer') return { anyOf: [{ type }, { type: 'string', pattern: DIGITS }] };
  const isNumber = type === 'string' && ['int64', 'uint64'].includes(String(format));
  return { type, ...(words !== undefined && { enum: words }), ...(isNumber && { pattern: DIGITS }) };
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, one]) => one !== null);
  return Object.fromEntries(kept.map(([name, one]) => [name, withoutNulls(one)]));
}
