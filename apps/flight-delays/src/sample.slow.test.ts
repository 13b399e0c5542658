import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { judge, readGate } from '@ml-platform/registry/gate';
import { openSqliteRegistry } from '@ml-platform/registry';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyOfWorkspace, type WorkspaceCopy } from './testing/copy-of-workspace.ts';
import { nx } from './testing/small-run.ts';

const PROJECT = join(import.meta.dirname, '..');

let copy: WorkspaceCopy;
beforeAll(async () => {
  copy = await copyOfWorkspace();
  await cp(join(PROJECT, 'params.sample.yaml'), join(copy.project, 'params.sample.yaml'));
  await execa('git', ['init', '--quiet'], { cwd: copy.root });
});
afterAll(() => copy.remove());

test('a sample gets to its end, and has all metrics that the gate asks for', async () => {
  const flags = ['--env', 'sample', '--param', 'register.alias=candidate'];
  const { exitCode, text } = await nx(copy, 'run', 'flight-delays:run', ...flags);
  expect(exitCode, text).toBe(0);
  const registry = await openSqliteRegistry(join(copy.root, 'models'), { create: false });
  const { metrics, aliases } = await registry.get('flight-delays', 'candidate');
  await registry.close();
  expect(aliases).toEqual(['candidate']);
  const judged = judge(readGate(join(PROJECT, 'gate.yaml')), metrics);
  expect(judged.filter(({ reason }) => reason?.includes('no such metric'))).toEqual([]);
}, 600_000);
