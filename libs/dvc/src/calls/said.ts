import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';
import { type Progress, parseProgress } from './progress.ts';

export interface Listeners {
  readonly onLine: (line: string) => void;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** A reader of one stream of DVC, which tells lines from bars; tqdm writes `!` and blanks to make room for one. */
export function saidReader({ onLine, onProgress }: Listeners): { write(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (piece: string) => {
    const text = stripVTControlCharacters(piece);
    if (text.trim() === '' || text.trim() === '!') return;
    const progress = parseProgress(text);
    if (progress === undefined) onLine(text.trimEnd());
    else if (progress.label !== '') onProgress?.(progress);
  };
  const pieces = (text: string) => {
    const all = (rest + text).split(/[\r\n]/);
    rest = all.pop() ?? '';
    all.forEach(take);
  };
  return {
    write: (chunk) => pieces(decoder.write(chunk)),
    end: () => pieces(`${decoder.end()}\n`),
  };
}
