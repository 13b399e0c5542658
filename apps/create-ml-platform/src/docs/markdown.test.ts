import { expect, test } from 'vitest';
import { anchorsOf, blocksOf, inlineCode, linksOf } from './markdown.ts';

test('links are found with their lines, in code there are none', () => {
  const page = [
    'A [page](data.md#gc), an ![image](a.png "of it")',
    '```md',
    '[in a block](no.md)',
    '```',
    'and `[in code](no.md)`, [two',
    'lines](own-data.md)',
    '',
    '[name]: https://example.com/a',
  ].join('\n');
  expect(linksOf(page)).toEqual([
    { target: 'data.md#gc', line: 1 },
    { target: 'a.png', line: 1 },
    { target: 'own-data.md', line: 5 },
    { target: 'https://example.com/a', line: 8 },
  ]);
});

test('anchors are those of GitHub', () => {
  const page =
    '# `data`: add, *gc*\n\n## A table, and a set\n## Übung_1 [here](x.md)\n### Twice\n### Twice\n```sh\n# none\n```\n';
  expect([...anchorsOf(page)]).toEqual(['data-add-gc', 'a-table-and-a-set', 'übung_1-here', 'twice', 'twice-1']);
});

test('blocks are told by their language, inline code is not theirs', () => {
  const page =
    'Type `npm start`:\n\n```sh\nnpm ci\n`x`\n```\n\n- In a list:\n\n  ```sh\n  npm test\n  ```\n```ts\nnpm\n```\n';
  expect(blocksOf(page, 'sh', 'bash')).toEqual([
    { text: 'npm ci\n`x`\n', line: 4 },
    { text: '  npm test\n', line: 11 },
  ]);
  expect(inlineCode(page)).toEqual([{ text: 'npm start', line: 1 }]);
});
