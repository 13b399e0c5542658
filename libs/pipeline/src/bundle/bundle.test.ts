import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type NumbersWorkspace, numbersWorkspace, PIPELINE } from '../image/testing/numbers-workspace.ts';

let workspace: NumbersWorkspace;
let folder: string;
let bundled: string;

beforeAll(async () => {
  workspace = await numbersWorkspace();
  folder = await mkdtemp(join(tmpdir(), 'bundle-'));
  bundled = join(folder, 'numbers');
  const { exitCode, stdout, stderr } = await workspace.bundle(workspace.project, bundled);
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(/numbers; to be installed in the image: opendal$/);
});
afterAll(async () => {
  await workspace.remove();
  await rm(folder, { recursive: true, force: true });
});

/** In the bundle, of which the workspace and its packages are out of reach. */
const inBundle = (step: string, ...args: string[]) => runStep(join(bundled, 'bin/run-step'), bundled, step, args);
const inWorkspace = (step: string, ...args: string[]) =>
  runStep(join(workspace.root, 'libs/pipeline/bin/run-step.mjs'), workspace.root, step, args);

async function runStep(command: string, cwd: string, step: string, args: readonly string[]) {
  const all = [command, '--pipeline', PIPELINE, '--step', step, ...args];
  const { exitCode, stdout, stderr } = await execa(process.execPath, all, { cwd, reject: false });
  return { exitCode, stdout, stderr };
}

const json = async (...path: string[]) => JSON.parse(await readFile(join(...path), 'utf8')) as Record<string, never>;

/** But for what Node compiled and kept there. */
async function filesOf(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  return files.filter((name) => !name.startsWith('node_modules')).toSorted();
}

test('is started by its own file, and says what the workspace says', async () => {
  const { stdout } = await execa(join(bundled, 'bin/run-step'), ['--help'], { preferLocal: true });
  expect(stdout).toMatch(/^run-step: runs one step of a pipeline/);
});

test('steps in TypeScript and Python run as in the workspace: the same artifacts, the same keys', async () => {
  const [here, there] = [join(folder, 'here'), join(folder, 'there')];
  for (const step of ['count', 'add-up', 'square', 'gather', 'celebrate']) {
    expect(await inBundle(step, '--store', there)).toMatchObject({ exitCode: 0, stderr: '' });
    await inWorkspace(step, '--store', here);
  }
  for (const path of ['count/numbers.json', 'add-up/metrics.json', 'gather/all.json'])
    expect(await json(there, 'artifacts', path)).toEqual(await json(here, 'artifacts', path));
  for (const step of ['count', 'add-up', 'gather'])
    expect(await reuseKey(there, step)).toBe(await reuseKey(here, step));
  expect((await inBundle('count', '--store', here, '--reuse')).stdout).toContain('unchanged');
});

async function reuseKey(store: string, step: string): Promise<string | undefined> {
  const record = await readFile(join(store, 'runs', `${step}.json`), 'utf8');
  return /"reuse": \{.*?"key": "([0-9a-f]{64})"/s.exec(record)?.[1];
}

test('a bundle of other code reuses nothing', async () => {
  const store = join(folder, 'reused');
  await inBundle('count', '--store', store);
  const [file, other] = [join(workspace.project, 'src/count.run.ts'), join(folder, 'other')];
  const code = await readFile(file, 'utf8');
  try {
    await writeFile(file, `${code}\n// another version\n`);
    await workspace.bundle(workspace.project, other);
  } finally {
    await writeFile(file, code);
  }
  const again = ['--store', store, '--reuse'];
  expect((await inBundle('count', ...again)).stdout).toContain('unchanged');
  expect((await runStep(join(other, 'bin/run-step'), other, 'count', again)).stdout).toContain('done in');
});

test('is an AWS Lambda function, too', async () => {
  const store = join(folder, 'lambda');
  const invoke = async (...command: string[]) => {
    const call = `const { handler } = await import('./lib/lambda.js'); await handler(${JSON.stringify({ command })});`;
    return execa(process.execPath, ['--input-type=module', '--eval', call], { cwd: bundled, reject: false });
  };
  expect(await invoke('--pipeline', PIPELINE, '--step', 'count', '--store', store)).toMatchObject({ exitCode: 0 });
  expect(await json(store, 'artifacts/count/numbers.json')).toEqual([1, 2, 3]);
  const { stderr } = await invoke('--step', 'count');
  expect(stderr).toContain('--pipeline and one of --step and --all are needed\nhint:');
});

test('a stack names lines of the sources', async () => {
  const { exitCode, stderr } = await inBundle('failing', '--store', join(folder, 'there'), '--debug');
  expect(exitCode).toBe(8);
  expect(stderr).toMatch(/libs\/pipeline\/src\/runner\/run-into\.ts:\d+:\d+/);
});

test('holds no TypeScript and no source, and a module of a step in a file of its own', async () => {
  const files = await filesOf(bundled);
  expect(files.filter((name) => /\.(ts|mts)$/.test(name))).toEqual([]);
  expect(files.filter((name) => /^lib\/count\.run-.*\.js$/.test(name))).toHaveLength(1);
  for (const name of files.filter((one) => one.endsWith('.map')))
    expect(await json(bundled, name)).not.toHaveProperty('sourcesContent');
  expect(files.filter((name) => !name.startsWith('lib/'))).toMatchInlineSnapshot(`
    [
      ".dockerignore",
      "apps/numbers/bundle.json",
      "apps/numbers/package.json",
      "apps/numbers/params.yaml",
      "apps/numbers/requirements.txt",
      "apps/numbers/src/add_up.py",
      "apps/numbers/src/breaking.py",
      "apps/numbers/src/greedy.py",
      "apps/numbers/src/pipeline.js",
      "bin/run-step",
      "bin/train",
      "libs/pipeline/python/ml_step.py",
      "libs/pipeline/python/parquet_footer.py",
      "libs/pipeline/python/ray_step.py",
      "libs/pipeline/python/spark_step.py",
      "package-lock.json",
      "package.json",
    ]
  `);
});

test('asks for the packages that it needs, as the workspace has them locked', async () => {
  const { dependencies } = await json(bundled, 'package.json');
  const { packages } = await json(bundled, 'package-lock.json');
  const { packages: locked } = await json(workspace.root, 'package-lock.json');
  const { '': root, ...entries } = packages as unknown as Record<string, { version: string; integrity: string }>;
  expect(dependencies).toEqual({ opendal: (locked as unknown as typeof entries)['node_modules/opendal']?.version });
  expect(root).toMatchObject({ dependencies });
  expect(Object.keys(entries)).toContain('node_modules/@opendal/lib-linux-x64-gnu');
  for (const [key, entry] of Object.entries(entries)) {
    expect(key).toMatch(/^node_modules\/(@opendal\/|opendal$)/);
    expect(entry).toEqual((locked as unknown as typeof entries)[key]);
  }
});

test('the same sources make the same bytes, in place of what was there', async () => {
  const again = join(folder, 'again');
  await cp(join(workspace.project, 'src'), join(again, 'left-over'), { recursive: true });
  await workspace.bundle(workspace.project, again);
  const names = await filesOf(bundled);
  expect(await filesOf(again)).toEqual(names);
  for (const name of names)
    expect(await readFile(join(again, name), 'utf8'), name).toBe(await readFile(join(bundled, name), 'utf8'));
});

test.each([
  [[], 2, 'one project is needed'],
  [['--uot', 'x'], 2, "Unknown option '--uot'"],
  [['libs/errors'], 7, 'has neither a src/pipeline.ts nor a src/main.ts'],
])('bundle %j is refused', async (args, code, message) => {
  const command = join(workspace.root, 'libs/pipeline/bin/bundle.mjs');
  const { exitCode, stderr } = await execa(process.execPath, [command, ...args], {
    cwd: workspace.root,
    reject: false,
  });
  expect(stderr).toContain(message);
  expect(exitCode).toBe(code);
});
