import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findPipeline } from './find-pipeline.ts';

const MODULES = fileURLToPath(new URL('../../../../node_modules', import.meta.url));

let workspace: string;
beforeEach(async () => {
  workspace = await realpath(await mkdtemp(join(tmpdir(), 'workspace-')));
  await writeFile(join(workspace, 'package.json'), '{ "type": "module" }');
  await symlink(MODULES, join(workspace, 'node_modules'));
});
afterEach(() => rm(workspace, { recursive: true }));

async function addPipeline(folder: string, name: string): Promise<void> {
  await mkdir(join(workspace, folder, 'src'), { recursive: true });
  await writeFile(join(workspace, folder, 'package.json'), '{ "type": "module" }');
  const source = `import { definePipeline } from '@ml-platform/pipeline';\nexport default definePipeline('${name}', () => {});\n`;
  await writeFile(join(workspace, folder, 'src/pipeline.ts'), source);
}

test('the only pipeline needs no name', async () => {
  await addPipeline('apps/sales', 'sales');
  expect(findPipeline(workspace, undefined)).toMatchObject({
    document: { name: 'sales' },
    project: join(workspace, 'apps/sales'),
  });
});

test('one of several is named by its own name, not by its folder', async () => {
  await addPipeline('apps/one', 'sales');
  await addPipeline('apps/two', 'churn');
  expect(findPipeline(workspace, 'churn').project).toBe(join(workspace, 'apps/two'));
  expect(() => findPipeline(workspace, undefined)).toThrow(
    expect.objectContaining({ message: 'this workspace has several pipelines', hint: 'name one of: sales, churn' }),
  );
  expect(() => findPipeline(workspace, 'two')).toThrow("there is no pipeline 'two'");
});

test('a workspace without a pipeline says where to define one', () => {
  expect(() => findPipeline(workspace, undefined)).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('apps/NAME/src/pipeline.ts') }),
  );
});
