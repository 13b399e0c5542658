import { PlatformError, suggest } from '@ml-platform/errors';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { ApiSettings } from './config.ts';
import { draft4Schema, type Schema } from './draft-4.ts';

/** What one route takes: the schema of its body, where it is known. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: Schema;
}

const WORKSPACE = path.resolve(import.meta.dirname, '../../../..');

const operation = z.looseObject({
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema: z.unknown() })).optional() }).optional(),
});

/** As far as it is used here. */
const documentSchema = z.looseObject({
  openapi: z.string().regex(/^3\.1\./, 'a document of OpenAPI 3.1'),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), z.unknown()).optional() }).optional(),
});

/**
 * The routes of an API, with what they take by the model server's own document: before there is any resource, for a wrong
 * one ends the program.
 *
 * @throws PlatformError `config` that names file and key.
 */
export function readRoutes({ enabled, routes, openapi }: ApiSettings): readonly Route[] {
  if (!enabled) return [];
  const plain = routes.map((route): Route => {
    const [method, at = ''] = route.split(' ');
    return { method: method as Route['method'], path: at };
  });
  if (openapi === undefined) return plain;
  const document = readDocument(openapi);
  return plain.map((route) => withBody(route, document, openapi));
}

type OpenApi = z.infer<typeof documentSchema>;

function readDocument(openapi: string): OpenApi {
  const hint = `start the model server, then: curl localhost:8080/openapi.json --output ${openapi}`;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path.resolve(WORKSPACE, openapi), 'utf8'));
  } catch (cause) {
    throw new PlatformError(`${openapi} (api.openapi) isn't there, or isn't JSON`, { code: 'config', hint, cause });
  }
  const parsed = documentSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new PlatformError(`${openapi} (api.openapi): ${where}: ${issue?.message}`, { code: 'config', hint });
}

function withBody(route: Route, { paths, components }: OpenApi, openapi: string): Route {
  const found = paths[route.path]?.[route.method.toLowerCase()];
  if (found === undefined) {
    const known = Object.entries(paths).flatMap(([at, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${at}`),
    );
    const asked = `${route.method} ${route.path}`;
    throw new PlatformError(`${openapi} has no ${asked}, which api.routes names`, {
      code: 'config',
      hint: suggest(asked, known, 'routes'),
    });
  }
  const schema = found.requestBody?.content?.['application/json']?.schema;
  return schema === undefined ? route : { ...route, body: draft4Schema(schema, components?.schemas) };
}
