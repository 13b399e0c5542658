import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { importClosure } from './import-closure.ts';
import { stepInputs } from './step-inputs.ts';

let workspace: string;
beforeEach(async () => {
  workspace = await realpath(await mkdtemp(join(tmpdir(), 'closure-')));
});
afterEach(() => rm(workspace, { recursive: true }));

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(workspace, path)), { recursive: true });
    await writeFile(join(workspace, path), text);
  }
}

const closure = (...entries: string[]) => {
  const { files, packages } = importClosure(
    entries.map((entry) => join(workspace, entry)),
    workspace,
  );
  return { files: files.map((file) => relative(workspace, file)), packages };
};

test('follows imports, lazy imports, re-exports and files named by URL, and nothing else', async () => {
  await write({
    'a/step.ts':
      "import { z } from 'zod';\nimport type { T } from './types.ts';\nexport const run = () => import('./step.run.ts');\n",
    'a/step.run.ts':
      "export * from './more.ts';\nconst sql = new URL('./query.sql', import.meta.url);\nimport 'node:fs';\n",
    'a/more.ts': "import './step.ts';\n",
    'a/types.ts': '',
    'a/query.sql': "select 1 -- from './unrelated.ts'",
    'a/unrelated.ts': '',
    'a/step.test.ts': "import './step.ts';",
    'node_modules/zod/package.json': '{}',
  });
  expect(closure('a/step.ts')).toEqual({
    files: ['a/more.ts', 'a/query.sql', 'a/step.run.ts', 'a/step.ts', 'a/types.ts'],
    packages: ['zod'],
  });
});

test('a package whose files are looked up counts as imported', async () => {
  await write({
    'a/step.ts': [
      "const manifest = findPackageJSON('vega-datasets', import.meta.url);",
      'const data = import.meta.resolve("@scope/data/table.csv");',
      "const old = require.resolve('old-data');",
    ].join('\n'),
    ...Object.fromEntries(
      ['vega-datasets', '@scope/data', 'old-data'].map((name) => [`node_modules/${name}/package.json`, '{}']),
    ),
  });
  expect(closure('a/step.ts').packages).toEqual(['@scope/data', 'old-data', 'vega-datasets']);
});

test('a package of the workspace is followed into its source', async () => {
  await write({
    'libs/x/package.json': '{ "exports": { ".": "./src/index.ts", "./testing": "./src/testing.ts" } }',
    'libs/x/src/testing.ts': "import './only-in-tests.ts';",
    'libs/x/src/only-in-tests.ts': '',
    'libs/x/src/index.ts': "export * from './x.ts';",
    'libs/x/src/x.ts': '',
    'apps/p/step.ts': "import { x } from '@team/x';",
    'apps/p/step.test.ts': "import '@team/x/testing';",
    'apps/p/odd.ts': "import '@team/x/nowhere';",
  });
  await mkdir(join(workspace, 'node_modules/@team'), { recursive: true });
  await symlink('../../libs/x', join(workspace, 'node_modules/@team/x'));
  expect(closure('apps/p/step.ts').files).toEqual(['apps/p/step.ts', 'libs/x/src/index.ts', 'libs/x/src/x.ts']);
  const tests = ['libs/x/src/only-in-tests.ts', 'libs/x/src/testing.ts'];
  expect(closure('apps/p/step.test.ts').files).toEqual(['apps/p/step.test.ts', ...tests]);
  // One too many does no harm.
  expect(closure('apps/p/odd.ts').files).toEqual(expect.arrayContaining(['libs/x/src/x.ts', ...tests]));
});

test('a Python step depends on the modules beside it and on its lock', async () => {
  await write({
    'apps/p/src/train.py': 'import json\nfrom folds import split\nimport shapes.round\n',
    'apps/p/src/folds.py': '',
    'apps/p/src/shapes/round.py': '',
    'apps/p/src/train_test.py': 'import train',
    'apps/p/requirements.txt': '',
  });
  const runner = { language: 'python', module: 'src/train.py', requirements: 'requirements.txt' } as const;
  const step = { name: 'train', runner, paramsKey: 'train', inputs: {}, outputs: {} };
  expect(stepInputs(step, join(workspace, 'apps/p'), workspace).files).toEqual([
    'apps/p/requirements.txt',
    'apps/p/src/folds.py',
    'apps/p/src/shapes/round.py',
    'apps/p/src/train.py',
  ]);
});
