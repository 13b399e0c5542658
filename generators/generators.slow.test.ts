import { cp, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';

const REPOSITORY = fileURLToPath(new URL('../', import.meta.url));
const NX = join(REPOSITORY, 'node_modules/nx/dist/bin/nx.js');
/** What generators need of a workspace, and what looks at what they write. */
const PARTS = [
  'generators',
  'libs/nx-plugin',
  'libs/serving/fixtures',
  'package.json',
  'package-lock.json',
  'nx.json',
  'biome.json',
  'tsconfig.base.json',
];
const PIPELINE = `import { definePipeline } from '@ml-platform/pipeline';

/** Who buys what. */
export default definePipeline('sales', () => {});
`;

const WIRED = `import { definePipeline } from '@ml-platform/pipeline';
import { clean } from './steps/clean.ts';
import { completeRows } from './steps/complete-rows.ts';
import { ingest } from './steps/ingest.ts';

/** Who buys what. */
export default definePipeline('sales', ({ add }) => {
  const ingestOutputs = add(ingest);
  const cleanOutputs = add(clean, { rows: ingestOutputs.rows });
  add(completeRows, { rows: cleanOutputs.rows });
});
`;

let workspace: string;
beforeAll(async () => {
  workspace = await realpath(await mkdtemp(join(tmpdir(), 'generators-')));
  for (const part of PARTS) await cp(join(REPOSITORY, part), join(workspace, part), { recursive: true });
  await symlink(join(REPOSITORY, 'node_modules'), join(workspace, 'node_modules'));
  const files = {
    'apps/sales/package.json':
      '{ "name": "sales", "version": "0.1.0", "private": true, "type": "module", "dependencies": {} }\n',
    'apps/sales/src/pipeline.ts': PIPELINE,
    'tsconfig.json': '{ "extends": "./tsconfig.base.json", "include": ["apps", "libs/billing"] }\n',
    '.gitignore': 'node_modules\n.nx\n',
  };
  for (const [path, text] of Object.entries(files)) {
    await cp(join(REPOSITORY, '.gitignore'), join(workspace, path), { recursive: true });
    await writeFile(join(workspace, path), text);
  }
  await git('init', '--quiet');
  await commit();
});
afterAll(() => rm(workspace, { recursive: true, force: true }));

const run = (command: string, args: readonly string[]) => {
  const env = { NX_DAEMON: 'false', CI: 'true', NX_TUI: 'false', NX_ISOLATE_PLUGINS: 'false', NO_COLOR: '1' };
  return execa(command, args, {
    cwd: workspace,
    env,
    all: true,
    reject: false,
    preferLocal: true,
    localDir: REPOSITORY,
  });
};
const git = async (...args: string[]) => (await run('git', args)).all;
const read = (path: string) => readFile(join(workspace, path), 'utf8');

async function generate(...args: string[]): Promise<string> {
  const { all, exitCode } = await run(process.execPath, [NX, 'generate', ...args, '--skip-install']);
  expect(exitCode, all).toBe(0);
  return all;
}

async function refused(...args: string[]): Promise<string> {
  const { all, exitCode } = await run(process.execPath, [NX, 'generate', ...args, '--skip-install']);
  expect(exitCode, all).toBe(1);
  expect(await git('status', '--porcelain')).toBe('');
  return all;
}

async function commit(): Promise<void> {
  await git('add', '--all');
  await git('-c', 'user.name=x', '-c', 'user.email=x@localhost', 'commit', '--quiet', '--message', 'x');
}

/** The formatter, the compiler and the tests of what was written. */
async function check(...folders: string[]): Promise<void> {
  const looks = [
    ['biome', ['check', '--error-on-warnings', ...folders]],
    ['tsc', ['-p', 'tsconfig.json', '--noEmit']],
    ['vitest', ['run', '--root', '.', ...folders]],
  ] as const;
  for (const [command, args] of looks) {
    const { exitCode, all } = await run(command, args);
    expect(exitCode, all).toBe(0);
  }
}

test('a library: made once, checked, and left as the team edits it', async () => {
  expect(await generate('library', 'billing', '--dry-run')).toContain('+++ b/libs/billing/src/count-values.ts');
  expect(await git('status', '--porcelain')).toBe('');
  await generate('library', 'billing', '--description', 'Prices');
  await check('libs/billing');
  await writeFile(join(workspace, 'libs/billing/README.md'), '# Ours\n');
  await commit();
  expect(await generate('library', 'billing')).toContain('nothing to do');
  expect(await git('status', '--porcelain')).toBe('');
  expect(await refused('library', 'nx-plugin')).toContain(
    'a file is in the way, and nothing was written: libs/nx-plugin/package.json',
  );
}, 120_000);

test('steps: wired, run by Nx at once, and left as the team edits them', async () => {
  expect(await refused('step', 'run', '--kind', 'ingest')).toContain("step name 'run' is taken");
  expect(await refused('step', 'clean')).toContain("a step of kind 'transform' reads what another one leaves");
  expect(await refused('step', 'clean', '--after', 'ingest')).toContain("pipeline 'sales' has no step 'ingest'");
  const kinds = [
    [['train', '--language', 'typescript'], "a step of kind 'train' is in python, not in typescript"],
    [['register', '--language', 'python'], "a step of kind 'register' is in typescript, not in python"],
    [['train', '--after', 'x', '--data', 'sales.csv'], "--data is for a step of kind 'ingest'"],
    [['transform', '--after', 'x', '--target', 'sold'], "--target is for a step of kind 'train'"],
    [['ingest', '--data', 'nowhere.csv'], 'there is no file'],
  ] as const;
  for (const [[kind, ...options], message] of kinds)
    expect(await refused('step', 'sold', '--kind', kind, ...options)).toContain(message);
  await generate('step', 'ingest', '--kind', 'ingest');
  await generate('step', 'clean', '--after', 'ingest');
  await generate('step', 'complete-rows', '--after', 'clean', '--kind', 'check');
  await check('apps/sales');
  expect(await read('apps/sales/src/pipeline.ts')).toBe(WIRED);
  await commit();
  for (const [kind, message] of [
    ['train', '--target names none'],
    ['evaluate', "step 'clean' leaves no model: it has rows (parquet)"],
    ['register', "step 'clean' leaves no model"],
  ] as const)
    expect(await refused('step', 'sold', '--kind', kind, '--after', 'clean')).toContain(message);
  await writeFile(join(workspace, 'apps/sales/params.yaml'), 'ingest:\n  source: sales.csv\n');
  await writeFile(join(workspace, 'apps/sales/sales.csv'), 'shop,sold\nnorth,3\nnorth,3\nsouth,4\n');
  const { all, exitCode } = await run(process.execPath, [NX, 'run', 'sales:complete-rows']);
  expect(exitCode, all).toBe(0);
  expect(JSON.parse(await read('apps/sales/artifacts/complete-rows/metrics.json'))).toEqual({ rows: 2, incomplete: 0 });
  await writeFile(join(workspace, '.gitignore'), 'node_modules\n.nx\nartifacts\nruns\n');
  await writeFile(
    join(workspace, 'apps/sales/src/steps/clean.sql'),
    `${await read('apps/sales/src/steps/clean.sql')}-- ours\n`,
  );
  await commit();
  expect(await generate('step', 'clean', '--after', 'ingest')).toContain('nothing to do');
  expect(await git('status', '--porcelain')).toBe('');
  await writeFile(join(workspace, 'apps/sales/src/steps/shops.ts'), '// somebody else\n');
  await commit();
  expect(await refused('step', 'shops', '--after', 'clean')).toContain(
    'a file is in the way, and nothing was written: apps/sales/src/steps/shops.ts',
  );
}, 120_000);

test('a pipeline: reads the data that it is given, and runs at once', async () => {
  expect(await refused('pipeline', 'visits', '--data', 'visits.csv')).toContain('there is no file');
  await writeFile(join(workspace, 'visits.csv'), 'shop,visitors\nnorth,7\nsouth,\neast,4\n');
  await generate('pipeline', 'visits', '--data', 'visits.csv');
  await check('apps/visits');
  const { all, exitCode } = await run(process.execPath, [
    NX,
    'run',
    'visits:run',
    '--param',
    'validate.maxIncompleteShare=0.5',
  ]);
  expect(exitCode, all).toBe(0);
  expect(JSON.parse(await read('apps/visits/artifacts/validate/metrics.json'))).toEqual({ rows: 2, incomplete: 1 });
  await commit();
  expect(await generate('pipeline', 'visits', '--data', 'visits.csv')).toContain('nothing to do');
  expect(await git('status', '--porcelain')).toBe('');
  await generate('step', 'busy-shops', '--pipeline', 'visits', '--after', 'validate');
  expect(await read('apps/visits/src/pipeline.ts')).toContain('  add(busyShops, { rows: validateOutputs.rows });\n');
  await check('apps/visits');
  await commit();
}, 120_000);

test.each(['model', 'plain'])(
  'a service (%s): answers, and is made once',
  async (kind) => {
    const name = `${kind}-service`;
    await generate('service', name, '--kind', kind);
    await check(`apps/${name}`);
    await commit();
    expect(await generate('service', name, '--kind', kind)).toContain('nothing to do');
    expect(await git('status', '--porcelain')).toBe('');
  },
  120_000,
);

test('a name that can not be is refused', async () => {
  expect(await refused('step', 'Clean_it', '--after', 'ingest')).toContain('Clean_it');
}, 60_000);
