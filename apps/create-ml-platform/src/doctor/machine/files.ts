import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { isObject, type Json, type JsonObject } from '../../render/json.ts';

/** A file's text; undefined where it isn't there. */
export function readText(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/**
 * A file's JSON object; undefined where it isn't there.
 *
 * @throws PlatformError `config` for what is none.
 */
export function readObject(file: string): JsonObject | undefined {
  const text = readText(file);
  if (text === undefined) return undefined;
  try {
    const value: Json = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (cause) {
    throw wrong(`${file} is no JSON: ${messageOf(cause)}`, cause);
  }
  throw wrong(`${file} is no JSON object`);
}

/** An object's value that is an object itself, else an empty one. */
export function objectIn(object: JsonObject | undefined, key: string): JsonObject {
  const value = object?.[key];
  return isObject(value) ? value : {};
}

/** The entries of a folder, sorted; none where it isn't there. */
export function entriesOf(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** The projects of a workspace, as `apps/NAME` and `libs/NAME`. */
export function projectsOf(folder: string): string[] {
  const all = ['apps', 'libs'].flatMap((top) => entriesOf(join(folder, top)).map((name) => `${top}/${name}`));
  return all.filter((path) => existsSync(join(folder, path, 'package.json')));
}

function wrong(message: string, cause?: unknown): PlatformError {
  return new PlatformError(message, { code: 'config', hint: 'mend the JSON there', cause });
}
