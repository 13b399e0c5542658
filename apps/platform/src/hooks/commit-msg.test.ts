import { afterAll, beforeAll, expect, test } from 'vitest';
import { messageProblems } from './commit-msg.ts';
import { type ScratchProject, scratchProject } from './testing/scratch-project.ts';

let project: ScratchProject;
beforeAll(async () => {
  project = await scratchProject();
});
afterAll(() => project.remove());

test.each([
  'feat: rolling sums',
  'fix(flight-delays): read hours as local time',
  'feat(api)!: another answer\n\nBREAKING CHANGE: predictions are a list',
  "Merge branch 'main' into topic",
  'Revert "feat: rolling sums"',
  'fixup! feat: rolling sums',
])('%j passes', async (message) => {
  expect(await messageProblems(`${message}\n`)).toEqual([]);
});

test.each([
  ['rolling sums', 'type may not be empty'],
  ['feature: rolling sums', 'type must be one of [build, chore'],
  ['feat: Rolling sums.', 'subject must not be sentence-case'],
  ['feat: sums.', 'subject may not end with full stop'],
  [`feat: ${'s'.repeat(100)}`, 'header must not be longer than 100 characters'],
])('%j does not', async (message, problem) => {
  expect((await messageProblems(`${message}\n`)).join('\n')).toContain(problem);
});

const commit = (...args: string[]) => project.git('commit', '--quiet', '--allow-empty', ...args);

test('Git asks, and is told where the message is kept', async () => {
  const { exitCode, text } = await commit('--message', 'Rolling sums');
  expect(exitCode).toBe(1);
  expect(text).toContain("error: the commit's message:\n  subject may not be empty\n  type may not be empty\nhint:");
  expect((await commit('--message', 'feat: rolling sums')).exitCode).toBe(0);
  expect((await commit('--message', 'Rolling sums', '--no-verify')).exitCode).toBe(0);
});

test('comments and the change below the scissors are no part of the message', async () => {
  await project.write({ 'a.txt': `${'long '.repeat(50)}\n` });
  await project.git('add', 'a.txt');
  const long = `# ${'a comment '.repeat(20)}`;
  const script = `printf 'feat: a file\\n\\n${long}\\n' | cat - "$1" > "$1.new" && mv "$1.new" "$1"`;
  const editor = `sh -c '${script.replaceAll("'", "'\\''")}' --`;
  const outcome = await project.gitWith({ GIT_EDITOR: editor }, 'commit', '--quiet', '--verbose');
  expect(outcome).toEqual({ exitCode: 0, text: '' });
  expect((await project.git('log', '-1', '--format=%B')).text.trim()).toBe('feat: a file');
});

test('a project may take any message', async () => {
  await project.write({ '.husky/settings.json': '{ "commitMessages": "any" }\n' });
  expect((await commit('--message', 'Rolling sums, of what was there.')).exitCode).toBe(0);
});
