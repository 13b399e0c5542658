import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tree } from '@nx/devkit';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type CommonOptions, defineGenerator } from './define-generator.ts';

const MANIFEST = 'libs/billing/package.json';

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'generator-')));
  await writeFile(join(root, 'package.json'), '{ "name": "w", "private": true, "workspaces": ["libs/*"] }\n');
  await mkdir(join(root, 'libs/base'), { recursive: true });
  await writeFile(join(root, 'libs/base/package.json'), '{ "name": "base", "version": "1.0.0" }\n');
  await execa('npm', ['install'], { cwd: root });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(root, { recursive: true });
});

/** A generator of a package, as Nx runs it; gives what it says. */
async function generate(options: CommonOptions = {}, manifest = '{ "name": "billing", "version": "1.0.0" }\n') {
  const generator = defineGenerator(() => ({
    files: new Map([[MANIFEST, manifest]]),
    installs: true,
    next: ['later'],
  }));
  const said = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    const path = (name: string) => join(root, name);
    const read = (name: string) => (existsSync(path(name)) ? readFileSync(path(name), 'utf8') : null);
    const carryOut = await generator({ root, read } as unknown as Tree, options);
    await carryOut();
    return said.mock.calls.map(([text]) => text).join('');
  } finally {
    said.mockRestore();
  }
}

const lock = async (path: string) => JSON.parse(await readFile(join(root, path), 'utf8')).packages;

test('a package is written and installed; a second time there is nothing to do', async () => {
  expect(await generate()).toMatch(/CREATE.* libs\/billing\/package\.json\nnext: later\n$/);
  expect(await lock('package-lock.json')).toHaveProperty(['libs/billing']);
  expect(await generate()).toBe('nothing to do: all of it is there\n');
});

test.each([
  ['package-lock.json', 'before npm wrote anything'],
  ['node_modules/.package-lock.json', 'after npm wrote the lock file, before the install was complete'],
])('what an interrupted command did not install (%s: %s), the same command installs', async (file) => {
  const before = await readFile(join(root, file));
  await generate();
  await writeFile(join(root, file), before);
  expect(await generate()).toBe('all files are there; still to be done: npm install\n');
  expect(await lock(file)).toHaveProperty(['libs/billing']);
  expect(await generate()).toBe('nothing to do: all of it is there\n');
});

test('what was left to the team is not called done', async () => {
  expect(await generate({ skipInstall: true })).toContain('next: npm install\n      later\n');
  expect(await generate({ skipInstall: true })).toBe('nothing to do: all files are there; left to you: npm install\n');
  expect(await lock('package-lock.json')).not.toHaveProperty(['libs/billing']);
});

test('an install that fails is told, with what is there and what to do', async () => {
  const manifest = '{ "name": "billing", "version": "1.0.0", "dependencies": { "none": "file:../none.tgz" } }\n';
  await expect(generate({}, manifest)).rejects.toThrow(
    /^error: npm install failed, as it says above; all files are written\n.*run npm install, or the same command again/s,
  );
  expect(await readFile(join(root, MANIFEST), 'utf8')).toBe(manifest);
});
