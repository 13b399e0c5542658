import { basename } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { everyChoice } from '../pack/index-locks.ts';
import { readTemplate } from '../pack/read-template.ts';
import { render } from '../render/render.ts';
import { brokenLinks, pathOf, type Site } from './links.ts';
import { linksOf } from './markdown.ts';
import { siteOf, siteOfTree } from './site.ts';

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));
const INDEX = 'docs/README.md';

function siteWith(pages: Readonly<Record<string, string>>, ...files: readonly string[]): Site {
  return { pages: new Map(Object.entries(pages)), files: [...Object.keys(pages), ...files] };
}

test('links to files, folders, headings and addresses lead somewhere', () => {
  const page =
    '# A b\n[1](#a-b) [2](b.md#c) [3](../src) [4](/src/a.ts) [5](https://example.com) [6](mailto:a@example.com)';
  expect(brokenLinks(siteWith({ 'docs/a.md': page, 'docs/b.md': '## C' }, 'src/a.ts'))).toEqual([]);
});

test('what leads nowhere is named with its line', () => {
  const page = '# A\n[1](#b)\n[2](gone.md)\n\n[3](b.md#c)\n[4](http://example.com)\n[5](../src/a.ts#x)';
  expect(brokenLinks(siteWith({ 'docs/a.md': page, 'docs/b.md': '' }, 'src/a.ts'))).toEqual([
    'docs/a.md:2: #b: no such heading',
    'docs/a.md:3: gone.md: no such file',
    'docs/a.md:5: b.md#c: no such heading',
    'docs/a.md:6: http://example.com: no https:// address',
    'docs/a.md:7: ../src/a.ts#x: no such heading',
  ]);
});

test('every link of this repository leads somewhere, and the index leads to every page', () => {
  const site = siteOf(REPOSITORY);
  expect(brokenLinks(site)).toEqual([]);
  expect(unlisted(site)).toEqual([]);
});

test('so does every link of a project, whatever was chosen', () => {
  const template = readTemplate(REPOSITORY, '0.0.0');
  const choices = everyChoice();
  expect(choices.length).toBeGreaterThan(2);
  const problems = choices.flatMap((choice) => {
    const site = siteOfTree(render(template, { ...choice, name: 'acme' }));
    const found = [...brokenLinks(site), ...unlisted(site)];
    return found.length === 0 ? [] : [{ choice: JSON.stringify(choice), found }];
  });
  expect(problems).toEqual([]);
}, 60_000);

/** Pages of `docs` that are neither in the index, nor in that of their folder. */
function unlisted({ pages }: Site): string[] {
  const listed = new Set(
    [...pages]
      .filter(([page]) => basename(page) === basename(INDEX))
      .flatMap(([page, text]) => linksOf(text).map(({ target }) => pathOf(page, target.split('#')[0] ?? ''))),
  );
  return [...pages.keys()].filter((page) => page.startsWith('docs/') && page !== INDEX && !listed.has(page));
}
