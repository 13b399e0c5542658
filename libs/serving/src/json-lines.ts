import { messageOf, PlatformError } from '@ml-platform/errors';
import { type Prediction, predictionRows } from './decode-output.ts';
import type { Row } from './encode-input.ts';

/**
 * Reads one JSON value per line; whether they are rows that a model takes is for `encodeInput` to say.
 *
 * @throws PlatformError `data` that names the row, counted from 0, which isn't JSON.
 */
export function readJsonLines(text: string): readonly Row[] {
  const lines = text.split('\n');
  if (lines.at(-1)?.trim() === '') lines.pop();
  return lines.map(readLine);
}

/** One object per row, each on a line of its own; the last line has no end. */
export function writeJsonLines(prediction: Prediction): string {
  return predictionRows(prediction)
    .map((row) => JSON.stringify(row))
    .join('\n');
}

function readLine(line: string, row: number): Row {
  try {
    return JSON.parse(line);
  } catch (thrown) {
    throw new PlatformError(`row ${row} isn't JSON: ${messageOf(thrown)}`, {
      code: 'data',
      hint: 'write each row as an object, on a line of its own',
      cause: thrown,
    });
  }
}
