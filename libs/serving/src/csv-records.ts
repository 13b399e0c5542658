import { PlatformError } from '@ml-platform/errors';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;
const COMMA = 44;
const BYTE_ORDER_MARK = 0xfeff;

/**
 * Splits CSV text into records of cells, as RFC 4180 says; a line may end in `\n` alone, the last one in nothing.
 *
 * @throws PlatformError `data` that names the record, counted from 0, whose quotes don't match.
 */
export function csvRecords(text: string): string[][] {
  const records: string[][] = [];
  let cells: string[] = [];
  let at = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  while (at < text.length) {
    const quoted = text.charCodeAt(at) === QUOTE;
    const end = quoted ? quotedEnd(text, at, records.length) : plainEnd(text, at);
    cells.push(quoted ? text.slice(at + 1, end - 1).replaceAll('""', '"') : text.slice(at, end));
    if (text.charCodeAt(end) === COMMA) {
      at = end + 1;
      continue;
    }
    records.push(cells);
    cells = [];
    at = end + (text.charCodeAt(end) === CARRIAGE_RETURN ? 2 : 1);
  }
  // The text ended in a comma, behind which is one more cell.
  if (cells.length > 0) records.push([...cells, '']);
  return records;
}

function plainEnd(text: string, start: number): number {
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === LINE_FEED || (code === CARRIAGE_RETURN && endsLine(text, at))) return at;
  }
  return text.length;
}

/** Behind the quote that closes a cell. */
function quotedEnd(text: string, start: number, record: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && text.charCodeAt(end + 1) === QUOTE) end = text.indexOf('"', end + 2);
  if (end === -1) throw wrongQuotes(`row ${record} has a quote that isn't closed`);
  if (end + 1 === text.length || text.charCodeAt(end + 1) === COMMA || endsLine(text, end + 1)) return end + 1;
  throw wrongQuotes(`row ${record} has text behind a quote: ${JSON.stringify(text.slice(end + 1, end + 11))}`);
}

function endsLine(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code !== CARRIAGE_RETURN) return code === LINE_FEED;
  return at + 1 === text.length || text.charCodeAt(at + 1) === LINE_FEED;
}

function wrongQuotes(message: string): PlatformError {
  return new PlatformError(message, { code: 'data', hint: 'inside of quotes double each quote: "the ""big"" one"' });
}
