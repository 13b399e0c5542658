import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveAnswers } from '../answers/answers.ts';
import { render } from '../render/render.ts';
import type { Template } from '../template/template.ts';
import { fixtureTemplate, json, textOf } from '../testing/fixture-template.ts';
import { integrityOf, type PublishedVersions, publishVersions } from '../testing/published-versions.ts';
import { type TeamProject, teamProject } from '../testing/team-project.ts';
import type { Outcome } from './outcome.ts';

const old = locked('0.1.0', '1.0.0');
const next = locked('0.2.0', '2.0.0');

let published: PublishedVersions;

beforeAll(async () => {
  published = await publishVersions([{ template: old }, { template: next }], {
    zod: ['1.0.0', '2.0.0'],
    own: ['1.0.0', '1.1.0'],
  });
}, 60_000);

afterAll(() => published.remove());

/** A template with one dependency, and its lock file. */
function locked(version: string, zod: string): Template {
  const root = { name: 'ml-platform', version: '0.1.0', workspaces: ['libs/*'] };
  const library = { name: '@ml-platform/errors', version: '0.1.0', dependencies: { zod } };
  const packages = {
    '': root,
    'libs/errors': library,
    'node_modules/@ml-platform/errors': { resolved: 'libs/errors', link: true },
    'node_modules/zod': { version: zod, integrity: integrityOf('zod', zod) },
  };
  const lock = { name: root.name, version: root.version, lockfileVersion: 3, requires: true, packages };
  const files = {
    '.npmrc': 'omit-lockfile-registry-resolved=true\n',
    'package.json': json(root),
    'libs/errors/package.json': json(library),
    'package-lock.json': json(lock),
  };
  return fixtureTemplate(files, version);
}

async function update(project: TeamProject, ...flags: string[]): Promise<Outcome> {
  const options = { cwd: project.folder, env: published.env() };
  const { stdout, stderr } = await published.command('0.2.0').run(['update', '--json', ...flags], options);
  expect(stdout, stderr).not.toBe('');
  return JSON.parse(stdout);
}

function dependOn(project: TeamProject, name: string, version: string): void {
  const manifest = JSON.parse(project.read('libs/errors/package.json'));
  manifest.dependencies = { ...manifest.dependencies, [name]: version };
  project.edit('libs/errors/package.json', json(manifest));
}

function versionsIn(project: TeamProject): Record<string, string> {
  const { packages } = JSON.parse(project.read('package-lock.json'));
  const installed = Object.entries<{ version?: string; link?: true }>(packages).filter(([path, entry]) => {
    return path.startsWith('node_modules/') && !entry.link;
  });
  return Object.fromEntries(
    installed.map(([path, { version }]) => [path.slice('node_modules/'.length), version ?? '']),
  );
}

test("where the team changed nothing that npm looks at, the lock file is the template's, without npm", async () => {
  const project = teamProject(old);
  expect(await update(project, '--no-install')).toMatchObject({ lock: 'updated', notes: [] });
  expect(project.read('package-lock.json')).toBe(
    textOf(render(next, resolveAnswers({ name: 'acme' })), 'package-lock.json'),
  );
  expect(project.git('diff', '--name-only')).toBe('');
});

test("npm writes it where the team has dependencies of its own, and keeps the team's pins", async () => {
  const project = teamProject(old);
  dependOn(project, 'own', '^1.0.0');
  project.git('config', 'core.autocrlf', 'false');
  const lock = JSON.parse(project.read('package-lock.json'));
  lock.packages['libs/errors'].dependencies = { own: '^1.0.0', zod: '1.0.0' };
  lock.packages['node_modules/own'] = { version: '1.0.0', integrity: integrityOf('own', '1.0.0') };
  project.edit('package-lock.json', json(lock));
  project.commit();
  const { lock: state, notes, files } = await update(project);
  expect({ state, notes }).toEqual({ state: 'updated', notes: [] });
  expect(files.changed).toEqual(['libs/errors/package.json', 'package-lock.json', 'platform.json']);
  expect(versionsIn(project)).toEqual({ own: '1.0.0', zod: '2.0.0' });
  expect(project.git('diff', '--name-only')).toBe('');
  expect(project.has('node_modules')).toBe(false);
});

test('where npm fails it is left to the team, with the command', async () => {
  const project = teamProject(old);
  dependOn(project, 'not-published', '1.0.0');
  project.commit();
  const before = project.read('package-lock.json');
  const { lock, notes } = await update(project);
  expect(lock).toBe('left');
  expect(notes).toEqual([
    expect.stringMatching(
      /^npm could not write package-lock.json \(Not Found.*\); when it can: npm install --package-lock-only &&/,
    ),
  ]);
  expect(project.read('package-lock.json')).toBe(before);
  expect(JSON.parse(project.read('libs/errors/package.json')).dependencies.zod).toBe('2.0.0');
});

test('with --no-install, or package.json in conflict, npm is not asked', async () => {
  const waits = teamProject(old);
  dependOn(waits, 'own', '1.0.0');
  waits.commit();
  expect((await update(waits, '--no-install')).notes).toEqual([
    'package-lock.json is not in line with package.json yet: npm install --package-lock-only && git add package-lock.json',
  ]);
  const torn = teamProject(old);
  dependOn(torn, 'zod', '1.1.0');
  torn.commit();
  const { lock, notes, files } = await update(torn);
  expect({ lock, conflicts: files.conflicts }).toEqual({
    lock: 'left',
    conflicts: [{ path: 'libs/errors/package.json', kind: 'bothChanged' }],
  });
  expect(notes).toEqual([expect.stringMatching(/^when package.json is resolved: npm install --package-lock-only/)]);
});

test('what the team wrote by hand goes with --abort', async () => {
  const project = teamProject(old);
  dependOn(project, 'own', '1.0.0');
  project.commit();
  const before = project.read('package-lock.json');
  await update(project, '--no-install');
  project.edit('package-lock.json', '{}\n');
  project.git('add', 'package-lock.json');
  await published.command('0.2.0').run(['update', '--abort'], { cwd: project.folder, env: published.env() });
  expect(project.read('package-lock.json')).toBe(before);
  expect(project.status()).toEqual([]);
});

test('a project without one gets none', async () => {
  const project = teamProject(old);
  project.remove('package-lock.json');
  project.commit();
  expect(await update(project)).toMatchObject({ lock: 'none', notes: [] });
  expect(project.has('package-lock.json')).toBe(false);
});
