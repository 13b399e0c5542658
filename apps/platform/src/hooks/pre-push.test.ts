import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ScratchProject, scratchProject } from './testing/scratch-project.ts';

let project: ScratchProject;
const library = (name: string) => ({
  [`libs/${name}/package.json`]: JSON.stringify({ name, scripts: { test: `node check.mjs` } }),
  [`libs/${name}/check.mjs`]: `console.log('tested ${name}, in', process.env.GIT_DIR ?? 'no repository');\n`,
});

beforeEach(async () => {
  project = await scratchProject({
    'package.json': '{ "name": "w", "private": true, "workspaces": ["libs/*"] }',
    'package-lock.json': '{ "name": "w", "lockfileVersion": 3, "packages": {} }',
    'nx.json': '{ "analytics": false, "neverConnectToCloud": true }',
    ...library('one'),
    ...library('two'),
  });
});
afterEach(() => project.remove());

test('tests of what is pushed run, and no others', async () => {
  const first = await project.git('push', '--quiet', 'origin', 'main');
  expect(first).toEqual({ exitCode: 0, text: 'pre-push: the first push of this project: npm test has all tests' });

  await project.commit({ 'libs/one/note.txt': 'more\n' });
  const second = await project.gitWith({ GIT_DIR: project.path('.git') }, 'push', '--quiet', 'origin', 'main');
  expect(second.exitCode, second.text).toBe(0);
  expect(second.text).toContain('tested one, in no repository');
  expect(second.text).not.toContain('tested two');

  await project.git('checkout', '--quiet', '-b', 'topic');
  await project.commit({ 'libs/two/check.mjs': 'process.exit(1);\n' });
  const failed = await project.git('push', '--quiet', 'origin', 'topic');
  expect(failed.exitCode).toBe(1);
  expect(failed.text).toMatch(
    /error: tests of what is pushed fail\nhint: {2}npx nx affected --target=test --base=\w{12};/,
  );
  expect((await project.git('push', '--quiet', '--no-verify', 'origin', 'topic')).exitCode).toBe(0);
  expect((await project.git('push', '--quiet', 'origin', ':topic')).exitCode).toBe(0);
});

test('what is not checked out is not tested, and what adds nothing is not either', async () => {
  await project.git('push', '--quiet', '--no-verify', 'origin', 'main');
  await project.git('checkout', '--quiet', '-b', 'topic');
  await project.commit({ 'libs/two/check.mjs': 'process.exit(1);\n' });
  await project.git('checkout', '--quiet', 'main');
  const { exitCode, text } = await project.git('push', '--quiet', 'origin', 'topic');
  expect(exitCode).toBe(0);
  expect(text).toMatch(/^pre-push: no tests of [0-9a-f]{9}: it is not what is checked out$/);
  expect(await project.git('push', '--quiet', 'origin', 'main:again')).toEqual({ exitCode: 0, text: '' });
});
