import { constants, gunzipSync } from 'node:zlib';

/** A header is longer than this only in a file that is no CSV. */
export const HEADER_BYTES = 65_536;

export interface CsvHeader {
  readonly names: readonly string[];
  /** Whether anything follows. */
  readonly hasRows: boolean;
}

/** The text at the beginning of a file, of which `bytes` are the first. A packed one is unpacked as far as it goes. */
export function beginningOf(bytes: Uint8Array, isGzip: boolean): string {
  const plain = isGzip ? gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }) : bytes;
  // A character that is cut in two at the end is no reason to refuse the file: `stream` keeps it back.
  return new TextDecoder('utf-8', { fatal: true }).decode(plain, { stream: true });
}

/** The names in the first record, RFC 4180; undefined where it doesn't end within `text`. */
export function csvHeader(text: string): CsvHeader | undefined {
  const names: string[] = [];
  let rest = text;
  for (;;) {
    const [field, quoted, plain = ''] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))/.exec(rest) ?? [];
    if (field === undefined) return undefined;
    names.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    rest = rest.slice(field.length);
    if (rest.startsWith(',')) {
      rest = rest.slice(1);
      continue;
    }
    const [end] = /^\r?\n|^\r/.exec(rest) ?? [];
    if (end !== undefined) return { names, hasRows: /\S/.test(rest.slice(end.length)) };
    return rest === '' ? { names, hasRows: false } : undefined;
  }
}
