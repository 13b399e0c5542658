import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isLocation } from '@ml-platform/storage';
import { z } from 'zod';

/** How a file's path is marked in a parameter's JSON Schema. */
const FORMAT = 'path';

/**
 * A parameter that names a file or folder which no step makes, such as raw data: absolute, relative to the project's
 * folder, or in an object store (`s3://lake/raw/customers.csv`). The step gets the absolute path of a local file. Its size
 * and time of change belong to the step's cache key; in an object store, its address alone.
 *
 * @example
 * ```ts
 * defineStep({ name: 'ingest', params: z.strictObject({ customers: file() }), outputs: { rows: parquet() }, run });
 * ```
 */
export function file(): z.ZodString {
  return z.string().min(1).meta({ format: FORMAT });
}

export type ParamSchema = Readonly<Record<string, unknown>>;

/** The JSON Schema of one step's parameters, as it stands in the pipeline document. */
export function paramSchema(schema: z.ZodObject): ParamSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}

/** Name and value of each parameter that names a file: a path, or a location in an object store. */
export function pathParams(schema: ParamSchema, values: Readonly<Record<string, unknown>>): [string, string][] {
  const properties = (schema.properties ?? {}) as Readonly<Record<string, ParamSchema>>;
  return Object.entries(properties).flatMap(([name, property]): [string, string][] => {
    const value = values[name] ?? property.default;
    return property.format === FORMAT && typeof value === 'string' ? [[name, value]] : [];
  });
}

/** Absolute path by parameter, for those that name a file on this machine. */
export function filesIn(schema: ParamSchema, values: Readonly<Record<string, unknown>>, project: string) {
  const local = pathParams(schema, values).filter(([, value]) => !isLocation(value));
  return Object.fromEntries(local.map(([name, value]) => [name, resolve(project, value)]));
}

/** What changes when a file does: its size in bytes and time of change, of each file in a folder; null where it isn't there. */
export function fingerprints(
  schema: ParamSchema,
  values: Readonly<Record<string, unknown>>,
  project: string,
): Record<string, string | null> {
  const files = Object.entries(filesIn(schema, values, project));
  return Object.fromEntries(files.map(([name, path]) => [name, fingerprint(path)]));
}

function fingerprint(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  if (!stats.isDirectory()) return `${stats.size} ${stats.mtimeMs}`;
  const names = readdirSync(path).sort();
  const hash = createHash('sha256').update(JSON.stringify(names.map((name) => [name, fingerprint(join(path, name))])));
  return hash.digest('hex');
}
