import { readFile, symlink } from 'node:fs/promises';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ScratchProject, scratchProject } from './testing/scratch-project.ts';

let project: ScratchProject;
beforeEach(async () => {
  project = await scratchProject();
});
afterEach(() => project.remove());

const commit = (...args: string[]) => project.git('commit', '--quiet', '--message', 'feat: more', ...args);

async function commitFiles(files: Record<string, string | Buffer>) {
  await project.write(files);
  await project.git('add', '--all');
  return commit();
}

test('what is in order is committed, and nothing is printed', async () => {
  const outcome = await commitFiles({
    'a.ts': 'export const a = 1;\n',
    'notes.txt': 'Result\n=======\n',
    'logo.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1]),
    'clean.ipynb': JSON.stringify({ cells: [{ cell_type: 'code', outputs: [], execution_count: null }] }),
    'a name with "quotes" é.md': 'text\n',
  });
  expect(outcome).toEqual({ exitCode: 0, text: '' });
});

// Made of parts, so that this file holds no secret itself.
const SECRET = ['ghp', 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8'].join('_');
const CONFLICT = `first\n${'<'.repeat(7)} ours\na\n${'='.repeat(7)}\nb\n${'>'.repeat(7)} theirs\n`;
const NOTEBOOK = {
  cells: [{ cell_type: 'markdown' }, { cell_type: 'code', outputs: [{ text: '1' }], execution_count: 3 }],
};

test.each([
  ['wrong format', { 'a.ts': 'export const a =   1\n' }, /a\.ts format[\s\S]*npx biome check --write --staged/],
  [
    'what the linter refuses',
    { 'a.ts': 'const a: any = 1;\nexport { a };\n' },
    /a\.ts:1:10 lint\/suspicious\/noExplicitAny/,
  ],
  ['a secret', { 'notes.txt': `one\ntoken ${SECRET}\n` }, /notes\.txt:2: found GitHub Token.*\.env\.local/],
  ['a conflict', { 'notes.txt': CONFLICT }, /notes\.txt:2: a merge conflict/],
  ['a notebook with outputs', { 'a.ipynb': JSON.stringify(NOTEBOOK) }, /a\.ipynb: outputs in 1 cell; .*nbconvert/],
  [
    'a large file',
    { 'data/my flights.csv': 'x'.repeat(1_200_000) },
    /data\/my flights\.csv: 1\.2 MB.*git rm --cached 'data\/my flights\.csv' && npx platform data add 'data/,
  ],
])('%s is not committed, and said', async (_, files, message) => {
  const { exitCode, text } = await commitFiles(files);
  expect(exitCode).toBe(1);
  expect(text).toMatch(message);
  expect(text).toContain('to commit it all the same: git commit --no-verify');
  expect(text).toContain('husky - pre-commit script failed (code 8)');
  expect(text).not.toContain(SECRET);
});

test('what is said mends it', async () => {
  const refused = await commitFiles({ 'a.ts': 'export const a =   1\n' });
  const [, command = ''] = /is mended by: npx (.*)/.exec(refused.text) ?? [];
  const [program = '', ...args] = command.split(' ');
  await execa(program, args, { cwd: project.folder, preferLocal: true });
  await project.git('add', 'a.ts');
  expect(await commit()).toEqual({ exitCode: 0, text: '' });
});

test('a comment says that a secret is none', async () => {
  const text = `token ${SECRET} # secretlint-disable-line\n`;
  expect((await commitFiles({ 'notes.txt': text })).exitCode).toBe(0);
});

test('the checks are left out by what Git and husky have for it, and in CI', async () => {
  await project.write({ 'a.ts': 'export const a =   1\n' });
  await project.git('add', '--all');
  expect((await commit()).exitCode).toBe(1);
  expect((await commit('--dry-run', '--no-verify')).exitCode).toBe(0);
  expect((await project.gitWith({ CI: 'true' }, 'commit', '--message', 'anything')).exitCode).toBe(0);
  await project.write({ 'a.ts': 'export const a =   2\n' });
  expect((await commit('--all')).exitCode).toBe(1);
  expect((await project.gitWith({ HUSKY: '0' }, 'commit', '--all', '--message', 'anything')).exitCode).toBe(0);
});

test('what is staged counts, not what is in the work tree', async () => {
  await project.write({ 'a.ts': 'export const a =   1\n' });
  await project.git('add', '--all');
  await project.write({ 'a.ts': 'export const a = 1;\n' });
  expect((await commit()).exitCode).toBe(1);
  await project.git('add', '--all');
  await project.write({ 'a.ts': 'export const a =   1\n', 'b.ts': 'not staged' });
  expect((await commit()).exitCode).toBe(0);
  expect(await readFile(project.path('a.ts'), 'utf8')).toBe('export const a =   1\n');
  expect((await project.git('show', 'HEAD:a.ts')).text).toBe('export const a = 1;');
});

test('git commit FILE looks at that file, with what Git stages for it', async () => {
  await project.commit({ 'a.ts': 'export const a = 1;\n', 'b.ts': 'export const b = 1;\n' });
  await project.write({ 'a.ts': 'export const a = 2;\n', 'b.ts': 'export const b =   2\n' });
  await project.git('add', 'b.ts');
  expect((await commit('a.ts')).exitCode).toBe(0);
  expect((await commit('b.ts')).text).toContain('b.ts format');
});

test('a rename, a removal and a link are no content to look at', async () => {
  await project.commit({ 'a.ts': 'export const a = 1;\n', 'b.ts': 'export const b =   1\n' });
  await project.git('mv', 'a.ts', 'c.ts');
  await project.git('rm', '--quiet', 'b.ts');
  await symlink('c.ts', project.path('link.ts'));
  await project.git('add', '--all');
  expect(await commit()).toEqual({ exitCode: 0, text: '' });
});

test('from a folder below it is the same', async () => {
  await project.write({ 'sub/a.ts': 'export const a =   1\n' });
  const below = await project.git('-C', 'sub', 'add', '.');
  expect(below.exitCode).toBe(0);
  expect((await project.git('-C', 'sub', 'commit', '--message', 'feat: more')).text).toContain('sub/a.ts format');
});

test("the linter's settings are those that are staged", async () => {
  const settings = JSON.parse(await readFile(project.path('biome.json'), 'utf8'));
  settings.javascript.formatter.quoteStyle = 'double';
  await project.write({ 'biome.json': JSON.stringify(settings, undefined, 2), 'a.ts': 'export const a = "1";\n' });
  await project.git('add', 'a.ts');
  expect((await commit()).text).toContain('a.ts format');
  await project.git('add', '--all');
  expect((await commit('--no-verify')).exitCode).toBe(0);
  await project.write({ 'a.ts': 'export const a = "2";\n' });
  expect((await commit('--all')).exitCode).toBe(0);
});

test('settings change the limit, and what may be beyond it', async () => {
  const large = 'x'.repeat(600_000);
  const settings = { largestFileMb: 0.5, largeFiles: ['docs/**'] };
  await project.write({ '.husky/settings.json': `${JSON.stringify(settings)}\n`, 'docs/a/large.txt': large });
  await project.git('add', 'docs');
  expect((await commit()).exitCode).toBe(0);
  expect((await commitFiles({ 'large.txt': large })).text).toContain('(limit: 0.5 MB)');
});

test.each([
  ['{ "largestFile": 1 }', '.husky/settings.json: : Unrecognized key: "largestFile"'],
  ['{ "largestFileMb": 0 }', '.husky/settings.json: largestFileMb: Too small'],
  ['{', '.husky/settings.json: not valid JSON'],
])('settings %s are refused', async (text, message) => {
  const outcome = await commitFiles({ '.husky/settings.json': text });
  expect(outcome.text).toContain(message);
  expect(outcome.text).toContain('docs/hooks.md');
  expect(outcome.text).toContain('(code 3)');
});
