import { existsSync } from 'node:fs';
import {
  appendFile,
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Dvc, openDvc } from '@ml-platform/dvc';
import { dvcEnvironment } from '@ml-platform/dvc/testing';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashArtifact } from '../runner/run-record.ts';
import { RUN_STEP } from '../testing/numbers-project.ts';

const FIXTURES = fileURLToPath(new URL('../runner/fixtures', import.meta.url));
const WORKSPACE = fileURLToPath(new URL('../../../../', import.meta.url));
const PIPELINE = `import { definePipeline } from '@ml-platform/pipeline';
import { addUp, count, fit, gather, pack, square } from './fixtures/pipeline.ts';
export default definePipeline('numbers', ({ add, each }) => {
  const counted = add(count);
  const summed = add(addUp, { numbers: counted.numbers });
  add(gather, { parts: each(square, 'number', counted.numbers).squared });
  add(fit, { numbers: counted.numbers });
  add(pack, {}, { when: summed.metrics.get('sum').atLeast(5) });
});
`;
const GIT = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@b',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@b',
};
const STEPS = ['add-up', 'count', 'fit', 'gather', 'pack', 'square'];

interface Clone {
  readonly folder: string;
  readonly project: string;
  readonly dvc: Dvc;
  /** In the pipeline's own folder. */
  readonly projectDvc: Dvc;
  readonly git: (...args: string[]) => Promise<string>;
  /** Runs all steps; returns how each of them ended. */
  readonly run: (...args: string[]) => Promise<Record<string, string>>;
  readonly hash: () => Promise<string>;
}

let parent: string;
let origin: Clone;
beforeEach(async () => {
  parent = await realpath(await mkdtemp(join(tmpdir(), 'ledger-')));
  const folder = join(parent, 'origin');
  const project = join(folder, 'apps/numbers');
  await cp(FIXTURES, join(project, 'src/fixtures'), { recursive: true });
  await writeFile(join(project, 'src/pipeline.ts'), PIPELINE);
  await writeFile(join(project, 'params.yaml'), 'count:\n  upTo: 3\nsquare: {}\nfit: {}\npack: {}\n');
  await writeFile(join(project, 'package.json'), '{ "name": "numbers", "type": "module" }');
  await writeFile(join(project, 'requirements.txt'), '');
  await writeFile(join(folder, 'package.json'), '{ "type": "module", "workspaces": ["apps/*"] }');
  await writeFile(join(folder, '.gitignore'), 'node_modules\nartifacts\nruns\n');
  await mkdir(join(parent, 'remote'));
  origin = await clone('origin');
  await origin.git('init', '--quiet');
  await origin.dvc.init();
  await origin.dvc.run(['remote', 'add', '-d', 'store', join(parent, 'remote')]);
}, 300_000);
afterEach(() => rm(parent, { recursive: true, force: true }));

async function clone(name: string): Promise<Clone> {
  const folder = join(parent, name);
  const git = async (...args: string[]) => (await execa('git', args, { cwd: folder, env: GIT })).stdout;
  if (name !== 'origin') await execa('git', ['clone', '--quiet', origin.folder, folder], { env: GIT });
  await symlink(join(WORKSPACE, 'node_modules'), join(folder, 'node_modules'));
  const project = join(folder, 'apps/numbers');
  const command = join(await dvcEnvironment(), 'dvc');
  const env = { ...GIT, DVC_SITE_CACHE_DIR: join(parent, `${name}-site`) };
  return {
    folder,
    project,
    git,
    dvc: openDvc(folder, { command, env }),
    projectDvc: openDvc(project, { command, env }),
    run: async (...args) => {
      const all = [RUN_STEP, '--pipeline', join(project, 'src/pipeline.ts'), '--all', '--reuse', '--json', ...args];
      const { stdout } = await execa(process.execPath, all);
      const results = stdout.split('\n').map((line) => JSON.parse(line) as { step: string; status: string });
      return Object.fromEntries(results.map(({ step, status }) => [step, status]));
    },
    hash: async () => {
      const hashes = STEPS.map((step) => hashArtifact(join(project, 'artifacts', step)));
      return (await Promise.all(hashes)).join();
    },
  };
}

const allAre = (status: string) => Object.fromEntries(STEPS.map((step) => [step, status]));

test('whoever clones and pulls has the data and runs nothing; DVC has nothing to do either', async () => {
  expect(await origin.run()).toEqual(allAre('done'));
  expect(await origin.dvc.status()).toEqual({});
  await origin.git('add', '--all');
  await origin.git('commit', '--quiet', '-m', 'one');
  await origin.dvc.push();

  const colleague = await clone('colleague');
  await colleague.dvc.fetch();
  expect(await colleague.run()).toEqual(allAre('restored'));
  expect(await colleague.hash()).toBe(await origin.hash());
  expect(await colleague.run()).toEqual(allAre('unchanged'));
  expect(await colleague.dvc.status()).toEqual({});
  expect(await colleague.git('status', '--porcelain')).toBe('');
  expect((await colleague.projectDvc.repro()).ran).toEqual([]);

  // Changed code runs again, what follows has the same bytes to go by, and the lock says so.
  await appendFile(join(colleague.project, 'src/fixtures/add_up.py'), '\n# the same sum\n');
  expect(await colleague.run()).toEqual({ ...allAre('unchanged'), 'add-up': 'done' });
  expect(await colleague.dvc.status()).toEqual({});
  expect(await colleague.git('diff', '--name-only')).toBe('apps/numbers/dvc.lock\napps/numbers/src/fixtures/add_up.py');

  // The data of an old commit comes back.
  const before = await colleague.hash();
  await writeFile(join(colleague.project, 'params.yaml'), 'count:\n  upTo: 1\nsquare: {}\nfit: {}\npack: {}\n');
  expect(await colleague.run()).toMatchObject({ count: 'done', pack: 'skipped' });
  expect(await colleague.dvc.status()).toEqual({});
  await colleague.git('checkout', '--quiet', '.');
  expect(await colleague.run()).toMatchObject({ count: 'restored', square: 'restored', pack: 'restored' });
  expect(await colleague.hash()).toBe(before);
}, 300_000);

test("DVC's own commands work on it: experiments, metrics, a repro of what a changed parameter touches", async () => {
  await origin.run();
  await origin.git('add', '--all');
  await origin.git('commit', '--quiet', '-m', 'one');
  await origin.projectDvc.run(['exp', 'run', '--set-param', 'count.upTo=5', '--name', 'five']);
  expect((await origin.dvc.metricsDiff())['apps/numbers/artifacts/add-up/metrics.json']).toEqual({
    sum: { old: 6, new: 15, diff: 9 },
  });
  const experiments = (await origin.dvc.expShow()).flatMap(({ experiments: found }) => found ?? []);
  expect(experiments.map(({ name }) => name)).toEqual(['five']);
  // What DVC ran, the runner takes for its own.
  await rm(join(origin.project, 'runs'), { recursive: true, force: true });
  expect(await origin.run()).toEqual(allAre('restored'));
  await writeFile(join(origin.project, 'params.yaml'), 'count:\n  upTo: 2\nsquare: {}\nfit: {}\npack: {}\n');
  expect((await origin.projectDvc.repro()).ran.toSorted()).toEqual(STEPS);
}, 300_000);

test('what the lock could not tell is not recorded, and said', async () => {
  const run = (...args: string[]) =>
    execa(process.execPath, [RUN_STEP, '--pipeline', join(origin.project, 'src/pipeline.ts'), '--reuse', ...args]);
  const lock = join(origin.project, 'dvc.lock');
  const { stdout } = await run('--step', 'count', '--param', 'upTo=2');
  expect(stdout).toContain('not recorded in dvc.lock: its parameters are not those of params.yaml');
  // Nor what comes of it, whose own parameters are as in the file.
  expect((await run('--step', 'square')).stdout).toContain("not recorded in dvc.lock: what 'count' left is not");
  expect(existsSync(lock)).toBe(false);

  const params = join(origin.project, 'params.yaml');
  const text = await readFile(params, 'utf8');
  await writeFile(params, text.replace('fit: {}', ''));
  const without = await run('--step', 'count');
  expect(without.stdout).toContain(
    "not recorded in dvc.lock: step 'fit' has parameters, and params.yaml has no section",
  );
  expect(existsSync(lock)).toBe(false);
  await writeFile(params, text);
  expect((await run('--step', 'count')).stdout).toContain('unchanged');
  expect(await readFile(lock, 'utf8')).toContain('upTo: 3');
}, 60_000);

const ENTER = `import { defineStep, json } from '@ml-platform/pipeline';
import { z } from 'zod';
export const enter = defineStep({
  name: 'enter',
  params: z.strictObject({ alias: z.string().default('champion') }),
  inputs: { numbers: json() },
  outputs: { version: json() },
  cache: false,
  run: () => import('./enter.run.ts'),
});
`;
const ENTER_RUN = `import { writeFile } from 'node:fs/promises';
export const run = ({ params, outputs }) => writeFile(outputs.version, JSON.stringify(params));
`;

test('what an action leaves is of its own machine: nobody pulls it, and no cache keeps it', async () => {
  const at = (path: string) => join(origin.project, path);
  await writeFile(at('src/enter.ts'), ENTER);
  await writeFile(at('src/enter.run.ts'), ENTER_RUN);
  const acting = PIPELINE.replace('  add(fit,', '  add(enter, { numbers: counted.numbers });\n$&');
  await writeFile(at('src/pipeline.ts'), `import { enter } from './enter.ts';\n${acting}`);
  await appendFile(at('params.yaml'), 'enter: {}\n');
  // Of other parameters: the lock has all but this step.
  expect(await origin.run('--param', 'enter.alias=candidate')).toMatchObject({ count: 'done', enter: 'done' });
  expect(await readFile(at('dvc.lock'), 'utf8')).not.toContain('  enter:');
  await origin.git('add', '--all');
  await origin.git('commit', '--quiet', '-m', 'one');
  await origin.dvc.push();
  await origin.dvc.pull();
  const colleague = await clone('colleague');
  await colleague.dvc.pull();
  expect(existsSync(join(colleague.project, 'artifacts/count'))).toBe(true);
  expect(existsSync(join(colleague.project, 'artifacts/enter'))).toBe(false);

  expect(await origin.run()).toMatchObject({ count: 'unchanged', enter: 'done' });
  expect(await readFile(at('dvc.lock'), 'utf8')).toContain('  enter:');
  expect(await origin.dvc.gc({ keep: ['workspace'], dryRun: true })).toEqual({ removed: 0 });
  await origin.dvc.pull();
}, 300_000);

test('a step whose code is edited while it runs is not recorded', async () => {
  const code = join(origin.project, 'src/fixtures/count.run.ts');
  const text = await readFile(code, 'utf8');
  const wait = `await new Promise((go) => setTimeout(go, 1500));`;
  await writeFile(
    code,
    text.replace('  await writeFile', `  progress({ done: 0, total: 1 });\n  ${wait}\n  await writeFile`),
  );
  const args = [RUN_STEP, '--pipeline', join(origin.project, 'src/pipeline.ts'), '--reuse', '--step', 'count'];
  const running = execa(process.execPath, args);
  await new Promise((go) => setTimeout(go, 900));
  await appendFile(code, '\n// edited\n');
  expect((await running).stdout).toContain('not recorded in dvc.lock: src/fixtures/count.run.ts changed while it ran');
  expect(existsSync(join(origin.project, 'dvc.lock'))).toBe(false);
}, 60_000);

test('a damaged object in the cache is not handed out, and mended', async () => {
  await origin.run();
  const before = await origin.hash();
  const objects = join(origin.folder, '.dvc/cache/files/md5');
  for (const name of await readdir(objects, { recursive: true })) {
    const path = join(objects, name);
    if (name.length < 33 || name.endsWith('.dir') || (await readFile(path, 'utf8')) !== '[1,2,3]') continue;
    await chmod(path, 0o644);
    await writeFile(path, '[1,2,9]');
  }
  await rm(join(origin.project, 'artifacts'), { recursive: true });
  expect(await origin.run()).toEqual({ ...allAre('restored'), count: 'done' });
  expect(await origin.hash()).toBe(before);
  await origin.dvc.checkCache();
}, 60_000);

test('a cache that can not be written to takes nothing away; the step is recorded when it can', async () => {
  const cache = join(origin.folder, '.dvc/cache');
  await writeFile(cache, 'no folder');
  const args = [RUN_STEP, '--pipeline', join(origin.project, 'src/pipeline.ts'), '--reuse', '--step', 'count'];
  const { stdout } = await execa(process.execPath, args);
  expect(stdout).toMatch(
    /not recorded in dvc.lock: E(NOTDIR|EXIST): .*; when that is mended: npx platform data commit/,
  );
  expect(stdout).toContain('done in');
  expect(existsSync(join(origin.project, 'dvc.lock'))).toBe(false);
  await rm(cache);
  expect((await execa(process.execPath, args)).stdout).toContain('unchanged');
  expect((await origin.dvc.status()).count).toBeUndefined();
  expect(await readFile(join(origin.project, 'dvc.lock'), 'utf8')).toContain('artifacts/count');
}, 60_000);

test('a lock with a conflict stops the step, naming file and line; a lock from elsewhere is no use', async () => {
  await origin.run();
  const lock = join(origin.project, 'dvc.lock');
  const text = await readFile(lock, 'utf8');
  await writeFile(lock, `<<<<<<< ours\n${text}`);
  await rm(join(origin.project, 'artifacts'), { recursive: true });
  await expect(origin.run()).rejects.toMatchObject({ stderr: expect.stringContaining(`${lock}:1: a merge conflict`) });
  await writeFile(lock, text.replaceAll(/md5: [0-9a-f]{32}.dir/g, `md5: ${'0'.repeat(32)}.dir`));
  expect(await origin.run()).toMatchObject({ count: 'done', square: 'done' });
}, 60_000);
