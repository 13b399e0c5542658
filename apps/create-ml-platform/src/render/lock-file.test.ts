import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { resolveAnswers } from '../answers/answers.ts';
import { readTemplate } from '../pack/read-template.ts';
import { textOf } from '../testing/fixture-template.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { writeTree } from '../write/write-tree.ts';
import { projectLock } from './lock-file.ts';
import { render } from './render.ts';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));

// Names that sort before and after the other scopes, so that the renamed workspaces move in the file.
test.each([
  ['aa', 'flight-delays'],
  ['zz', 'none'],
])(
  'npm install leaves the lock file of %s (example: %s) as it is, byte for byte',
  async (name, example) => {
    const folder = temporaryFolder();
    const tree = render(readTemplate(repository, '0.1.0'), { ...resolveAnswers({ name }), example });
    writeTree(folder, tree);
    await promisify(execFile)('npm', ['install', '--package-lock-only', '--ignore-scripts'], { cwd: folder });
    expect(readFileSync(join(folder, 'package-lock.json'), 'utf8')).toBe(textOf(tree, 'package-lock.json'));
  },
  120_000,
);

const LOCK = {
  name: 'acme',
  lockfileVersion: 3,
  packages: {
    '': { name: 'acme', devDependencies: { bundler: '1', tester: '1' } },
    'apps/gone': { name: '@acme/gone', dependencies: { shared: '1', lonely: '1' } },
    'apps/gone/node_modules/nested': { version: '1', integrity: 'x' },
    'libs/kept': { name: '@acme/kept', dependencies: { direct: '1' } },
    'node_modules/@acme/gone': { resolved: 'apps/gone', link: true },
    'node_modules/@acme/kept': { resolved: 'libs/kept', link: true },
    'node_modules/bundler': { version: '1', integrity: 'x', dev: true, dependencies: { shared: '1' } },
    'node_modules/direct': {
      version: '1',
      integrity: 'x',
      optionalDependencies: { perhaps: '1' },
      peerDependencies: { peer: '1' },
    },
    'node_modules/lonely': { version: '1', integrity: 'x' },
    'node_modules/peer': { version: '1', integrity: 'x', peer: true },
    'node_modules/perhaps': { version: '1', integrity: 'x', optional: true },
    'node_modules/shared': { version: '1', integrity: 'x' },
    'node_modules/tester': { version: '1', integrity: 'x', dev: true, dependencies: { shared: '1' } },
  },
};

test('what no workspace reaches any more goes, and what only development needs is marked so', () => {
  const manifests = new Map([
    ['', { name: 'acme', devDependencies: { tester: '1' } }],
    ['libs/kept', { name: '@acme/kept', dependencies: { direct: '1' } }],
  ]);
  const { packages } = projectLock(LOCK, manifests);
  expect(Object.keys(packages)).toEqual([
    '',
    'libs/kept',
    'node_modules/@acme/kept',
    'node_modules/direct',
    'node_modules/peer',
    'node_modules/perhaps',
    'node_modules/shared',
    'node_modules/tester',
  ]);
  expect(packages['']?.devDependencies).toEqual({ tester: '1' });
  expect(packages['node_modules/shared']).toEqual({ version: '1', integrity: 'x', dev: true });
  expect(packages['node_modules/perhaps']).toEqual({ version: '1', integrity: 'x', optional: true });
  expect(packages['node_modules/peer']).toEqual({ version: '1', integrity: 'x', peer: true });
});
