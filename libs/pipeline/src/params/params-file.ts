import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';

/** A parameter file as read: its values by parameter key, and where each of them stands. */
export interface ParamsFile {
  readonly path: string;
  readonly values: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The line, from 1, of the value at a path of keys, or of the nearest key above it. */
  lineOf(keys: readonly PropertyKey[]): number;
}

/**
 * Reads `params.yaml` of a project's folder and, for an environment, `params.ENVIRONMENT.yaml` after it.
 *
 * @throws PlatformError `config` for text that isn't YAML, with file and line; for an environment without a file.
 */
export function readParamsFiles(project: string, environment?: string): ParamsFile[] {
  const base = join(project, 'params.yaml');
  const files = existsSync(base) ? [readParamsFile(base)] : [];
  if (environment === undefined) return files;
  const overlay = join(project, `params.${environment}.yaml`);
  if (!existsSync(overlay)) {
    throw new PlatformError(`environment '${environment}' has no parameter file ${overlay}`, {
      code: 'config',
      hint: 'write it, an empty one will do, or name another environment',
    });
  }
  return [...files, readParamsFile(overlay)];
}

export function readParamsFile(path: string): ParamsFile {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter: lines });
  const [error] = document.errors;
  if (error) {
    throw new PlatformError(`${path}:${lines.linePos(error.pos[0]).line}: ${error.message.split('\n')[0]}`, {
      code: 'config',
      hint: 'correct the YAML at that line',
    });
  }
  return { path, values: sections(path, document, lines), lineOf: (keys) => lineOf(document, lines, keys) };
}

function sections(path: string, document: Document, lines: LineCounter): ParamsFile['values'] {
  const values: unknown = document.toJS() ?? {};
  const wrong = isRecord(values)
    ? Object.entries(values).find(([, section]) => section !== null && !isRecord(section))
    : [''];
  if (wrong) {
    const where = wrong[0] === '' ? path : `${path}:${lineOf(document, lines, [wrong[0]])}: ${wrong[0]}`;
    throw new PlatformError(`${where}: expected a map of values by parameter`, {
      code: 'config',
      hint: 'write step names at the top level, and under each one `parameter: value`',
    });
  }
  return Object.fromEntries(Object.entries(values as object).map(([key, section]) => [key, section ?? {}]));
}

function lineOf(document: Document, lines: LineCounter, keys: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let position = 0;
  for (const key of keys) {
    if (!isMap(node)) break;
    const pair = node.items.find((item) => isNode(item.key) && String(item.key) === String(key));
    if (pair === undefined) break;
    if (isNode(pair.key)) position = pair.key.range?.[0] ?? position;
    node = pair.value;
  }
  return lines.linePos(position).line;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
