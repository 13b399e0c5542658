import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inferStack } from './infer-stack.ts';

let workspace: string;
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'infer-stack-'));
  await mkdir(join(workspace, 'infra/aws'), { recursive: true });
});
afterEach(() => rm(workspace, { recursive: true }));

test('a folder with Pulumi.yaml has what is done with stacks, never cached; what goes to a cloud waits for the policies', async () => {
  await writeFile(join(workspace, 'infra/aws/Pulumi.yaml'), 'name: acme\n');
  const targets = inferStack('infra/aws', workspace);
  expect(Object.keys(targets)).toEqual(['preview', 'up', 'drift', 'destroy', 'cost', 'inventory']);
  expect(targets.preview).toMatchObject({
    options: { script: 'infra/conventions/bin/stack.mjs', command: 'preview', project: 'infra/aws' },
    dependsOn: ['^build'],
  });
  expect(targets.cost).not.toHaveProperty('dependsOn');
  expect(Object.values(targets).filter((target) => 'cache' in target)).toEqual([]);
});

test('a folder without has none', () => {
  expect(inferStack('infra/aws', workspace)).toEqual({});
});
