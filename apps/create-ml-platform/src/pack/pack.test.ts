import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { pack } from './pack.ts';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));

test('packing twice gives the same bytes, of one command and nothing to install', async () => {
  const [first, second] = [await pack(repository, temporaryFolder()), await pack(repository, temporaryFolder())];
  expect(readFileSync(first)).toEqual(readFileSync(second));
  const files = execFileSync('tar', ['-tzf', first], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .filter((path) => path !== 'package/LICENSE')
    .sort();
  expect(files).toEqual([
    'package/README.md',
    'package/bin/create-ml-platform.cjs',
    'package/lib/main.cjs',
    'package/lib/prompts.cjs',
    'package/lib/template.bin',
    'package/package.json',
  ]);
  const manifest = JSON.parse(execFileSync('tar', ['-xzOf', first, 'package/package.json'], { encoding: 'utf8' }));
  expect(manifest).toMatchObject({ name: 'create-ml-platform', license: 'MIT', engines: { node: '>=20' } });
  expect(manifest).not.toHaveProperty('dependencies');
});
