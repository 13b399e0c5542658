import { dirname, join } from 'node:path/posix';
import { anchorsOf, linksOf } from './markdown.ts';

/** The text of each Markdown page by its path, and the paths of all files there are. */
export interface Site {
  readonly pages: ReadonlyMap<string, string>;
  readonly files: readonly string[];
}

/** Links that lead nowhere, as `page:line: target: why`. */
export function brokenLinks({ pages, files }: Site): string[] {
  const there = new Set(files.flatMap((path) => [path, ...foldersOf(path)]));
  return [...pages].flatMap(([page, text]) =>
    linksOf(text).flatMap(({ target, line }) => {
      const problem = /^[a-z][a-z+.-]*:/i.test(target) ? problemOfUrl(target) : problemOf(page, target, there, pages);
      return problem ? [`${page}:${line}: ${target}: ${problem}`] : [];
    }),
  );
}

function problemOfUrl(target: string): string | undefined {
  if (target.startsWith('mailto:')) return undefined;
  return URL.canParse(target) && target.startsWith('https://') ? undefined : 'no https:// address';
}

function problemOf(
  page: string,
  target: string,
  there: ReadonlySet<string>,
  pages: ReadonlyMap<string, string>,
): string | undefined {
  const [path = '', anchor] = decodeURI(target).split('#');
  const to = pathOf(page, path);
  if (to !== '.' && !there.has(to)) return 'no such file';
  if (anchor === undefined) return undefined;
  const text = pages.get(to);
  return text !== undefined && anchorsOf(text).has(anchor) ? undefined : 'no such heading';
}

/** Of what a link leads to: without a leading or trailing slash. */
export function pathOf(page: string, target: string): string {
  if (target === '') return page;
  const path = target.startsWith('/') ? target.slice(1) : join(dirname(page), target);
  return path.replace(/\/$/, '');
}

function foldersOf(path: string): string[] {
  const folder = dirname(path);
  return folder === '.' ? [] : [folder, ...foldersOf(folder)];
}
