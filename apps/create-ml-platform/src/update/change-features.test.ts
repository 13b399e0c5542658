import { afterAll, beforeAll, expect, test } from 'vitest';
import { changedTemplate } from '../testing/fixture-template.ts';
import { contents, type Outcome as Ran } from '../testing/packed-command.ts';
import { type PublishedVersions, publishVersions } from '../testing/published-versions.ts';
import { type TeamProject, teamProject } from '../testing/team-project.ts';

const template = changedTemplate('0.2.0', { 'apps/flight-delays/src/index.ts': 'export const example = 1;\n' });
const older = changedTemplate('0.1.0', { 'apps/flight-delays/src/index.ts': 'export const example = 0;\n' });
const before = changedTemplate('0.0.1');

let published: PublishedVersions;

beforeAll(async () => {
  const withOther = (bundle: string): string => bundle.replaceAll('"flight-delays"', '"other-example"');
  published = await publishVersions([{ template: before, alter: withOther }, { template: older }, { template }]);
}, 60_000);

afterAll(() => published.remove());

function run(project: TeamProject, ...args: string[]): Promise<Ran> {
  return published.command('0.2.0').run(args, { cwd: project.folder, env: published.env() });
}

test('add brings what the feature has, remove takes it away: the project is as it was', async () => {
  const project = teamProject(template, { example: 'none' });
  const without = contents(project.folder);
  const added = await run(project, 'add', 'flight-delays', '--json');
  expect(JSON.parse(added.stdout), added.stderr).toMatchObject({
    command: 'add',
    features: ['flight-delays'],
    files: {
      added: ['apps/flight-delays/package.json', 'apps/flight-delays/src/index.ts'],
      changed: ['README.md', 'platform.json'],
    },
  });
  expect(contents(project.folder)).toEqual(contents(teamProject(template).folder));
  project.commit();
  expect((await run(project, 'remove', 'flight-delays')).exit).toBe(0);
  expect(contents(project.folder)).toEqual(without);
});

test("a removed feature's file that the team edited is a conflict, not lost", async () => {
  const project = teamProject(template);
  project.edit('apps/flight-delays/src/index.ts', 'ours\n');
  project.edit('apps/flight-delays/src/own.ts', 'own\n');
  project.commit();
  const { exit, stdout } = await run(project, 'remove', 'flight-delays');
  expect(exit).toBe(1);
  expect(stdout).toContain('apps/flight-delays/src/index.ts  (you edited it, the template has it no more');
  expect(project.read('apps/flight-delays/src/index.ts')).toBe('ours\n');
  expect(project.read('apps/flight-delays/src/own.ts')).toBe('own\n');
  expect(project.status()).toContain('UD apps/flight-delays/src/index.ts');
  expect((await run(project, 'remove', '--abort')).stdout).toMatch(/^taken back: remove flight-delays;/);
  expect(project.status()).toEqual([]);
});

test('what is there, or is not, is said, and nothing is touched', async () => {
  const there = teamProject(template);
  expect(await run(there, 'add', 'flight-delays')).toMatchObject({
    exit: 0,
    stdout: 'note: flight-delays is there already\nnothing to do\n',
  });
  const not = teamProject(template, { example: 'none' });
  expect((await run(not, 'remove', 'flight-delays')).stdout).toBe('note: flight-delays is not there\nnothing to do\n');
  expect([...there.status(), ...not.status()]).toEqual([]);
});

test('an unknown feature is refused with the one that was probably meant', async () => {
  const { exit, stderr } = await run(teamProject(template), 'add', 'flight-delay');
  expect({ exit, stderr }).toEqual({
    exit: 2,
    stderr: "error: unknown feature 'flight-delay'\nhint:  did you mean 'flight-delays'?\n",
  });
});

test('--dry-run says what would change', async () => {
  const project = teamProject(template, { example: 'none' });
  const { stdout } = await run(project, 'add', 'flight-delays', '--dry-run');
  expect(stdout).toMatch(
    /^add flight-delays\n\nadded {9}apps\/flight-delays\/package.json\n[\s\S]*\nNothing was touched.\n$/,
  );
  expect(project.status()).toEqual([]);
});

test('the version that made the project renders both sides', async () => {
  const project = teamProject(older, { example: 'none' });
  const { exit, stderr } = await run(project, 'add', 'flight-delays');
  expect(exit, stderr).toBe(0);
  expect(project.read('apps/flight-delays/src/index.ts')).toBe('export const example = 0;\n');
  expect(JSON.parse(project.read('platform.json')).template).toBe('create-ml-platform@0.1.0');
});

test('a feature that version does not know: update first', async () => {
  const project = teamProject(before, { example: 'none' });
  const { exit, stderr } = await run(project, 'add', 'flight-delays');
  expect(exit).toBe(2);
  expect(stderr).toMatch(
    /error: create-ml-platform 0.0.1, which made this project, refuses: unknown example 'flight-delays'.*\nhint: {2}update first: npx create-ml-platform update\n$/,
  );
  expect(project.status()).toEqual([]);
});
