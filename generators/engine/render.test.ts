import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { renderFolder, renderText } from './render.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'templates-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('names are written in every way, and code is not escaped', () => {
  const text = '{{camelCase name}} {{pascalCase name}} {{snakeCase name}} {{constantCase name}} {{name}} {{quoted}}';
  expect(renderText(text, { name: 'late-flights', quoted: "'<a>'" })).toBe(
    "lateFlights LateFlights late_flights LATE_FLIGHTS late-flights '<a>'",
  );
});

test('a name that nobody gives is an error, not nothing', () => {
  expect(() => renderText('{{nmae}}', { name: 'x' })).toThrow('"nmae" not defined');
});

test('a folder is rendered with its paths; other files are taken as they are', async () => {
  await mkdir(join(folder, 'src'));
  await writeFile(join(folder, 'src/{{name}}.ts.hbs'), 'export const {{camelCase name}} = 1;\n');
  await writeFile(join(folder, 'data.csv'), 'a,{{b}}\n');
  expect([...renderFolder(folder, { name: 'a-b' })]).toEqual([
    ['data.csv', 'a,{{b}}\n'],
    ['src/a-b.ts', 'export const aB = 1;\n'],
  ]);
});
