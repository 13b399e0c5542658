import { dirname, join } from 'node:path/posix';

const ITEM = /^ *[-*] .*$\n?/gm;
const TARGET = /\]\(([^)#\s]+)/g;

/** A list of links without the items, of one line each, that lead to what the project lacks. */
export function dropAbsentLinks(page: string, text: string, absent: readonly string[]): string {
  return text.replaceAll(ITEM, (line) => {
    const targets = [...line.matchAll(TARGET)].map(([, target = '']) => join(dirname(page), target).replace(/\/$/, ''));
    const isGone = targets.some((target) => absent.some((path) => target === path || target.startsWith(`${path}/`)));
    return isGone ? '' : line;
  });
}
