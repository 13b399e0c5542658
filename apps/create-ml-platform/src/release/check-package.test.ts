import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { pack } from '../pack/pack.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { checkPackage } from './check-package.ts';
import { describeFindings } from './finding.ts';
import { openTarball, type Tarball } from './tarball.ts';

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));
const MANIFEST = {
  name: 'create-ml-platform',
  version: '1.2.3',
  type: 'commonjs',
  license: 'MIT',
  bin: { 'create-ml-platform': 'bin/create-ml-platform.cjs' },
  files: ['bin', 'lib'],
};
const FILES = {
  LICENSE: 'MIT',
  'README.md': '# create-ml-platform',
  'bin/create-ml-platform.cjs': '#!/usr/bin/env node\n',
  'lib/main.cjs': '',
  'lib/prompts.cjs': '',
  'lib/template.bin': '',
};

function packed(files: Readonly<Record<string, string | Buffer>>, manifest: object = {}): Tarball {
  const folder = temporaryFolder();
  const all = { ...FILES, 'package.json': JSON.stringify({ ...MANIFEST, ...manifest }), ...files };
  for (const [path, content] of Object.entries(all)) {
    const file = join(folder, 'package', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    if (path.startsWith('bin/')) chmodSync(file, 0o755);
  }
  const tarball = join(folder, 'packed.tgz');
  execFileSync('tar', ['-czf', tarball, '-C', folder, 'package']);
  return openTarball(tarball);
}

async function wrongOf(tarball: Tarball): Promise<Record<string, string>> {
  const findings = await checkPackage(tarball);
  return Object.fromEntries(findings.filter(({ ok }) => !ok).map(({ what, found }) => [what, found]));
}

test('what is packed here is as it has to be', async () => {
  const tarball = openTarball(await pack(REPOSITORY, temporaryFolder()));
  expect(describeFindings(await checkPackage(tarball))).toContain('All 5 are as they have to be.');
  expect(tarball.manifest).toMatchObject({ name: 'create-ml-platform', bin: MANIFEST.bin });
}, 60_000);

test('a small package passes, and each of these is found in one', async () => {
  expect(await wrongOf(packed({}))).toEqual({});
  expect(await wrongOf(packed({ 'lib/main.test.cjs': '', 'lib/.env': '' }))).toEqual({
    files: 'lib/.env, lib/main.test.cjs',
  });
  expect(await wrongOf(packed({ 'lib/template.bin': randomBytes(2_000_000) }))).toEqual({ 'packed size': '2.00 MB' });
  expect(await wrongOf(packed({}, { scripts: { postinstall: 'node lib/main.cjs' } }))).toEqual({
    scripts: 'postinstall',
  });
});

test('a command that is not packed, and a module without types, are found', async () => {
  const { publint } = await wrongOf(packed({}, { bin: { 'create-ml-platform': 'bin/gone.cjs' } }));
  expect(publint).toMatch(/bin.*gone\.cjs.*does not exist/);
  expect(await wrongOf(packed({}, { exports: './lib/main.cjs' }))).toEqual({ attw: 'exports untyped' });
});

test('types that a program would not find are found', async () => {
  const files = { 'lib/main.cjs': 'exports.one = 1;\n', 'lib/main.d.mts': 'export declare const one: number;\n' };
  const exports = { '.': { types: './lib/main.d.mts', default: './lib/main.cjs' } };
  expect((await wrongOf(packed(files, { exports }))).attw).toContain('FalseESM');
});
