import { appendFile, cp, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readParallel, readRunOptions } from './run-options.ts';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
const PROJECT = 'apps/numbers';

let workspace: string;
beforeAll(async () => {
  workspace = await realpath(await mkdtemp(join(tmpdir(), 'nx-plugin-')));
  await cp(join(REPOSITORY, 'libs/pipeline/src/runner/fixtures'), join(workspace, PROJECT, 'src'), { recursive: true });
  const definition = join(workspace, PROJECT, 'src/pipeline.ts');
  const text = await readFile(definition, 'utf8');
  await writeFile(definition, text.replace(/ {2}for \(const step[\s\S]*$/, '});\n'));
  const files = {
    'package.json': '{ "name": "w", "private": true, "type": "module", "workspaces": ["apps/*"] }',
    'package-lock.json': await readFile(join(REPOSITORY, 'package-lock.json'), 'utf8'),
    'nx.json': '{ "analytics": false, "neverConnectToCloud": true, "plugins": ["./plugin.mjs"] }',
    'vitest.config.ts': await readFile(join(REPOSITORY, 'vitest.config.ts'), 'utf8'),
    'plugin.mjs': `export * from ${JSON.stringify(join(REPOSITORY, 'libs/nx-plugin/plugin.mjs'))};\n`,
    '.gitignore': 'node_modules\n.nx\n/*/*/artifacts\n/*/*/runs\n',
    [`${PROJECT}/package.json`]: '{ "name": "numbers", "type": "module" }',
    [`${PROJECT}/requirements.txt`]: '',
    [`${PROJECT}/params.yaml`]: 'count:\n  upTo: 3\n',
  };
  for (const [path, content] of Object.entries(files)) await writeFile(join(workspace, path), content);
  await symlink(join(REPOSITORY, 'node_modules'), join(workspace, 'node_modules'));
  await execa('git', ['init', '-q'], { cwd: workspace });
});
afterAll(() => rm(workspace, { recursive: true, force: true }));

async function nx(...args: string[]) {
  const env = { NX_DAEMON: 'false', CI: 'true', NX_TUI: 'false', NX_ISOLATE_PLUGINS: 'false' };
  const nxBin = join(REPOSITORY, 'node_modules/nx/dist/bin/nx.js');
  const { all, exitCode } = await execa(process.execPath, [nxBin, ...args], {
    cwd: workspace,
    env,
    all: true,
    reject: false,
  });
  return { text: all, exitCode };
}

const STEPS = ['add-up', 'after-party', 'celebrate', 'count', 'gather', 'square'];

/** Names of the steps that a run of the pipeline executed, instead of reading them from the cache. */
async function ran(...args: string[]): Promise<string[]> {
  const before = await runIds();
  const { text, exitCode } = await nx('run', 'numbers:run', ...args);
  expect(exitCode, text).toBe(0);
  const after = await runIds();
  return STEPS.filter((_, index) => before[index] !== after[index]);
}

async function runIds(): Promise<(string | undefined)[]> {
  const records = STEPS.map((step) =>
    readFile(join(workspace, PROJECT, 'runs', `${step}.json`), 'utf8').catch(() => ''),
  );
  return (await Promise.all(records)).map((text) => /"runId": "(.*?)"/.exec(text)?.[1]);
}

test('a pipeline runs by its inferred targets, cached, and reruns just what a change touches', async () => {
  expect(await ran()).toEqual(STEPS);
  expect(await ran()).toEqual([]);
  await writeFile(join(workspace, PROJECT, 'src/gather.test.ts'), '// a test\n');
  expect(await ran()).toEqual([]);
  await appendFile(join(workspace, PROJECT, 'src/add_up.py'), '# same result\n');
  expect(await ran()).toEqual(['add-up']);
  await writeFile(join(workspace, PROJECT, 'params.yaml'), 'count:\n  upTo: 2 # fewer\n');
  expect(await ran()).toEqual(STEPS);
});

test('one step takes no --env, which Nx would refuse in its own words', async () => {
  const { text, exitCode } = await nx('run', 'numbers:count', '--env', 'prod');
  expect(exitCode).toBe(1);
  expect(text).toContain("nx run of one step takes no --env: got 'prod' for step 'count'");
  expect(text).toContain('npx nx run numbers:run --env prod');
});

test('--param reaches steps before the last one, and an unknown one is refused', async () => {
  await ran('--param', 'count.upTo=5');
  expect(JSON.parse(await readFile(join(workspace, PROJECT, 'artifacts/gather/all.json'), 'utf8'))).toEqual([
    1, 4, 9, 16, 25,
  ]);
  const { text, exitCode } = await nx('run', 'numbers:run', '--param', 'upToo=5');
  expect(exitCode).not.toBe(0);
  expect(text).toContain("pipeline 'numbers' has no parameter 'upToo'");
});

test('options of a run belong to the pipeline that the command names', () => {
  const argv = ['node', 'nx', 'run', 'numbers:run', '--param=a=1', '--param', 'b=2', '--env', 'prod'];
  expect(readRunOptions(argv, 'numbers')).toEqual({ params: ['a=1', 'b=2'], force: false, environment: 'prod' });
  expect(readRunOptions(argv, 'letters')).toEqual({ params: [], force: false });
  expect(readRunOptions([...argv, '--skip-nx-cache'], 'numbers').force).toBe(true);
});

test("a project's tests are one target, cached by the code they see; without tests it passes", async () => {
  const test = join(workspace, PROJECT, 'src/sum.test.ts');
  const says = async (text: string) => {
    const { text: said, exitCode } = await nx('run', 'numbers:test');
    expect(said).toContain(text);
    return exitCode;
  };
  await rm(join(workspace, PROJECT, 'src/gather.test.ts'), { force: true });
  expect(await says('No test files found')).toBe(0);
  await writeFile(test, "import { expect, test } from 'vitest';\ntest('a sum', () => expect(1 + 1).toBe(2));\n");
  expect(await says('1 passed')).toBe(0);
  expect(await says('read the output from the cache')).toBe(0);
  await appendFile(test, "test('another', () => expect(1 + 1).toBe(3));\n");
  expect(await says('1 failed')).toBe(1);
});

test('compile takes --target, which Nx keeps for itself, and says what an engine can not do', async () => {
  const { text, exitCode } = await nx('run', 'numbers:compile', '--target', 'dvc', '--out', join(workspace, 'out'));
  expect(exitCode, text).toBe(0);
  expect(await readFile(join(workspace, 'out/dvc.yaml'), 'utf8')).toContain('--step add-up\n');
  expect((await nx('run', 'numbers:compile')).text).toContain('error: --target is needed');
});

test('as many tasks run at once as Nx was told', () => {
  expect(readParallel(['nx', 'run', 'numbers:run'], undefined)).toBe(3);
  expect(readParallel(['nx', 'run', 'numbers:run'], 6)).toBe(6);
  expect(readParallel(['nx', 'run', 'numbers:run', '--parallel=5'], 6)).toBe(5);
  expect(readParallel(['nx', 'run', 'numbers:run', '--parallel=false'], 6)).toBe(1);
  expect(readParallel(['nx', 'run', 'numbers:run', '--parallel=true'], 6)).toBe(3);
});

test('compile, submit, status and logs take their flags, those that Nx has a use for itself too', async () => {
  await writeFile(join(workspace, PROJECT, 'params.prod.yaml'), '');
  const submitted = await nx('run', 'numbers:submit', '--target', 'argo', '--env', 'prod', '--param', 'count.upTo=2');
  expect(submitted.exitCode).not.toBe(0);
  expect(submitted.text).toContain("targets.yaml has no section 'argo'");
  await writeFile(join(workspace, PROJECT, 'targets.prod.yaml'), 'argo: { lake: 7 }\n');
  const status = await nx('run', 'numbers:status', '--target=argo', '--env=prod', '--run', 'numbers-x7k2p');
  expect(status.text).toContain('targets.prod.yaml: argo.lake: Invalid input');
  const compiled = await nx('run', 'numbers:compile', '--target=argo', '--env=prod');
  expect(compiled.text).toContain('targets.prod.yaml: argo.lake: Invalid input');
  const logs = await nx('run', 'numbers:logs', '--target', 'argo', '--run', 'numbers-x7k2p', '--step', 'cuont');
  expect(logs.text).toContain("there is no step 'cuont'\nhint:  did you mean 'count'?");
  expect((await nx('run', 'numbers:status', '--target', 'argo')).text).toContain('error: --run is needed');
});
