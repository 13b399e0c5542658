import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { TEMPLATES } from '../features.ts';
import { git } from '../release/git.ts';
import { commandsOf, type DocCommand } from './commands.ts';
import { HELD_BY, OTHERS } from './held-by.ts';
import { inlineCode } from './markdown.ts';
import { problemsIn } from './problem-of.ts';
import { siteOf } from './site.ts';

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));
const read = (path: string) => readFileSync(join(REPOSITORY, path), 'utf8');
/** Pages as they lie here, those of projects with them; a decision speaks of its own time. */
const pages = [
  ...[...siteOf(REPOSITORY).pages].filter(([path]) => !path.startsWith('docs/decisions/')),
  ...git(REPOSITORY, 'ls-files', '--cached', '--others', '--exclude-standard', `${TEMPLATES}/*.md`)
    .filter((path) => existsSync(join(REPOSITORY, path)))
    .map((path): [string, string] => [path, read(path)]),
];
const commands = pages.flatMap(([path, text]) => commandsOf(path, text));
/** Those in prose: parts of a command, or the whole. */
const named = pages.flatMap(([page, text]) =>
  inlineCode(text)
    .filter(({ text: code }) => /^(?:npx|npm run) [a-z]/.test(code))
    .map(({ text: code, line }): DocCommand => ({ page, line, words: code.split(/\s+/) })),
);
const typed = ({ words }: DocCommand) => words.join(' ');
const place = (command: DocCommand) => `${command.page}:${command.line}: ${typed(command)}`;

test('there are many', () => {
  expect(commands.length).toBeGreaterThan(100);
});

test('every command is there, with the flags that it is given', async () => {
  const problemOf = problemsIn(REPOSITORY);
  const problems: string[] = [];
  for (const command of [...commands, ...named]) {
    const problem = await problemOf(command.words);
    if (problem) problems.push(`${place(command)}: ${problem}`);
  }
  expect(problems).toEqual([]);
}, 300_000);

test('every command is run by a test that is named, or is not ours', () => {
  const entries = [...HELD_BY, ...OTHERS];
  const unheld = commands.filter((command) => !entries.some((entry) => entry.command.test(typed(command))));
  expect(unheld.map(place), 'name its test in apps/create-ml-platform/src/docs/held-by.ts').toEqual([]);
});

test.each(HELD_BY)('$command is run by $test', ({ test: path, by }) => {
  expect(existsSync(join(REPOSITORY, path))).toBe(true);
  expect(read(path)).toContain(by);
});

test('no entry is left over', () => {
  const entries = [...HELD_BY, ...OTHERS];
  const used = new Set(
    [...commands, ...named].map((command) => entries.find((entry) => entry.command.test(typed(command)))),
  );
  expect(entries.filter((entry) => !used.has(entry)).map(({ command }) => String(command))).toEqual([]);
});
