import { readFile, writeFile } from 'node:fs/promises';
import { messageOf, PlatformError } from '@ml-platform/errors';

/**
 * Writes a JSON document as BigQuery reads it, one row per line: of a list each object, of an object itself. A file that
 * has a row per line already stays as it is.
 *
 * @returns the path of the file with lines.
 * @throws PlatformError `data` for what is neither.
 */
export async function asJsonLines(file: string, target: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  const rows = parse(text, file);
  if (rows === undefined) return file;
  const odd = rows.findIndex((row) => typeof row !== 'object' || row === null || Array.isArray(row));
  if (odd >= 0) {
    throw new PlatformError(`${file} holds ${JSON.stringify(rows[odd])} as row ${odd + 1}, expected an object`, {
      code: 'data',
      hint: 'a table is made of a list of objects: [{"day": "2026-01-31", "visits": 7}]',
    });
  }
  await writeFile(target, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return target;
}

/** Rows of a document; nothing where it has one per line, which is no document as soon as there are two. */
function parse(text: string, file: string): unknown[] | undefined {
  try {
    return [JSON.parse(text) as unknown].flat();
  } catch (cause) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length > 1 && lines.every(isObject)) return undefined;
    throw new PlatformError(`${file} is neither JSON nor a JSON object per line: ${messageOf(cause)}`, {
      code: 'data',
      hint: 'look at what wrote it',
      cause,
    });
  }
}

function isObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
