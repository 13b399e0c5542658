import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { ABILITIES } from './testing/abilities.ts';

test('the table of the README says what the stores are tested for', async () => {
  const text = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const lines = text.split('\n').filter((line) => line.startsWith('|'));
  const [kinds = [], , ...rows] = lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  const can = (row: string) => {
    const cells = rows.find(([name]) => name === row) ?? [];
    return Object.fromEntries(kinds.map((kind, index) => [kind.slice(1, -1), cells[index] !== 'no']).slice(1));
  };
  const tested = (ability: 'conditions' | 'signedUrls') =>
    Object.fromEntries(Object.entries(ABILITIES).map(([kind, abilities]) => [kind, abilities[ability]]));
  expect(can('`ifAbsent`, `ifMatch`')).toEqual(tested('conditions'));
  expect(can('`signedUrl`')).toEqual(tested('signedUrls'));
});
