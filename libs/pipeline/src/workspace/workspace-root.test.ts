import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workspaceRoot } from './workspace-root.ts';

test('the root is the nearest folder with workspaces, packages in between do not count', async () => {
  const root = await mkdtemp(join(tmpdir(), 'workspace-root-'));
  try {
    const source = join(root, 'apps/one/src');
    await mkdir(source, { recursive: true });
    await writeFile(join(root, 'apps/one/package.json'), '{}');
    expect(workspaceRoot(source)).toBe(source);
    await writeFile(join(root, 'package.json'), '{ "workspaces": [] }');
    expect(workspaceRoot(source)).toBe(root);
  } finally {
    await rm(root, { recursive: true });
  }
});
