import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inferStack } from './infer-stack.ts';
import { inferTests } from './infer-tests.ts';

let workspace: string;
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'infer-stack-'));
  await mkdir(join(workspace, 'infra/aws'), { recursive: true });
});
afterEach(() => rm(workspace, { recursive: true }));

test('a folder with Pulumi.yaml has what is done with stacks, never cached; all of it waits for the policies and the handlers', async () => {
  await writeFile(join(workspace, 'infra/aws/Pulumi.yaml'), 'name: acme\n');
  const targets = inferStack('infra/aws', workspace, inferTests('infra/aws'));
  const commands = ['preview', 'up', 'drift', 'destroy', 'cost', 'inventory'];
  expect(Object.keys(targets)).toEqual([...commands, 'test', 'test-slow']);
  expect(targets.preview).toMatchObject({
    options: { script: 'infra/conventions/bin/stack.mjs', command: 'preview', project: 'infra/aws' },
  });
  for (const target of Object.values(targets)) expect(target.dependsOn).toEqual(['^build']);
  expect(commands.filter((name) => targets[name]?.cache)).toEqual([]);
  expect(targets.test?.cache).toBe(true);
});

test('a folder without has none', () => {
  expect(inferStack('infra/aws', workspace, inferTests('infra/aws'))).toEqual({});
});
