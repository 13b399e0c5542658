import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { Unreadable } from './rows.ts';

const BUFFER_CHARACTERS = 1 << 20;

/** Writes rows as lines of JSON to a file of this machine: numbers keep all their digits, bytes are base64. */
export async function stageRows(rows: Iterable<object> | AsyncIterable<object>, file: string): Promise<void> {
  const output = createWriteStream(file, { highWaterMark: BUFFER_CHARACTERS });
  // Told by `finished`, or by the write that waits.
  output.on('error', () => undefined);
  let buffer = '';
  for await (const given of rows) {
    const row = '_problem' in given && !(given instanceof Unreadable) ? { ...given, _problem: undefined } : given;
    buffer += `${isPlain(row) ? JSON.stringify(row) : JSON.stringify(row, jsonValue)}\n`;
    if (buffer.length < BUFFER_CHARACTERS) continue;
    if (!output.write(buffer)) await once(output, 'drain');
    buffer = '';
  }
  output.end(buffer);
  await finished(output);
}

/** Most rows need no function to be called for each value, which takes three times as long. */
function isPlain(row: object): boolean {
  for (const value of Object.values(row)) {
    if (typeof value === 'string' || value === null || Number.isFinite(value) || typeof value === 'boolean') continue;
    return false;
  }
  return true;
}

/** What JSON lacks. A buffer has turned itself into an object before it comes here. */
function jsonValue(this: Record<string, unknown>, name: string, value: unknown): unknown {
  const given = this[name];
  if (given instanceof Uint8Array)
    return Buffer.from(given.buffer, given.byteOffset, given.byteLength).toString('base64');
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return value;
}
