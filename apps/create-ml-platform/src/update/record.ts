import { messageOf, PlatformError } from '@ml-platform/errors';
import { isObject, type Json, type JsonObject } from '../render/json.ts';
import { isVersion } from './version.ts';

/** What platform.json says of a project's making. */
export interface Recorded {
  readonly version: string;
  /** As that version wrote them: another may know other questions. */
  readonly answers: JsonObject;
}

const START = 'create-ml-platform@';

/** Reads platform.json. */
export function readRecord(text: string): Recorded {
  const { template, answers } = parse(text);
  const version = typeof template === 'string' && template.startsWith(START) ? template.slice(START.length) : '';
  if (!isVersion(version)) throw wrong(`"template" is ${shown(template)}, expected "${START}VERSION"`);
  if (!isObject(answers)) throw wrong(`"answers" is ${shown(answers)}, expected an object`);
  return { version, answers };
}

function parse(text: string): JsonObject {
  try {
    const record: Json = JSON.parse(text);
    if (isObject(record)) return record;
  } catch (thrown) {
    throw wrong(`it is no JSON: ${messageOf(thrown)}`);
  }
  throw wrong('it is no JSON object');
}

function shown(value: Json | undefined): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}

function wrong(what: string): PlatformError {
  return new PlatformError(`platform.json: ${what}`, {
    code: 'config',
    hint: 'see what it was: git log -p -- platform.json',
  });
}
