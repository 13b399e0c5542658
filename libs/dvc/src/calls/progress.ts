/** How far a transfer, a hash or a checkout has come, as DVC's own bar shows it. */
export interface Progress {
  readonly label: string;
  readonly done: number;
  /** Not there where DVC doesn't know yet. */
  readonly total?: number;
  /** `file`, `entry`, `B` for bytes, … */
  readonly unit: string;
}

/** A bar ends in `12/40 [00:01<00:02, 9.50file/s]`; a slow one in `1.20s/file]`, one without an end in `32.0 [00:00, ?entry/s]`. */
const TAIL =
  /(?<done>\d[\d.]*[kMGTPEZY]?)(?:\/(?<total>\?|\d[\d.]*[kMGTPEZY]?))? \[[\d:]+(?:<[^,\]]*)?,\s*(?:(?:\?|[\d.]+[kMGTPEZY]?)\s*(?<unit>[A-Za-z]+)\/s|[\d.]+s\/(?<slow>[A-Za-z]+))\]\s*$/;
/** What tqdm draws a bar with, with and without UTF-8. */
const BAR = /^[\s\u2580-\u259f\d#]*$/;
const PREFIXES = 'kMGTPEZY';

/** What one piece of standard error between carriage returns says, or nothing where it is no bar. */
export function parseProgress(piece: string): Progress | undefined {
  const match = TAIL.exec(piece);
  if (match?.groups === undefined) return undefined;
  const { done = '0', total = '?', unit, slow } = match.groups;
  const parts = piece
    .slice(0, match.index)
    .replace(/^\s*\d+%/, '')
    .split('|');
  const label = parts.map((part) => part.trim()).find((part) => !BAR.test(part)) ?? '';
  const name = unit ?? slow ?? '';
  const end = total === '?' ? undefined : amount(total, name);
  return { label, done: amount(done, name), ...(end !== undefined && { total: end }), unit: name };
}

/** tqdm counts bytes by 1024, all else by 1000. */
function amount(text: string, unit: string): number {
  const power = PREFIXES.indexOf(text.at(-1) ?? '') + 1;
  return Math.round(Number.parseFloat(text) * (unit === 'B' ? 1024 : 1000) ** power);
}
