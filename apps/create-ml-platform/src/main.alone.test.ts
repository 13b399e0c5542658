import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GROUPS } from './features.ts';
import { contents, type PackedCommand, packedCommand, plainEnvironment } from './testing/packed-command.ts';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
const MINUTES = 60_000;

const names = (group: keyof typeof GROUPS): string[] => GROUPS[group].features.map(({ name }) => name);
const SMALLEST = ['--example', 'none', '--clouds', 'none', '--ci', 'none'];
const LARGEST = ['--example', names('example')[0] ?? 'none', ...many('clouds'), ...many('ci')];

/** The example's parameters for a try of seconds. */
const QUICK = ['ingest.rows=100000', 'train.trials=2', 'train.sampleRows=50000', 'train.minFoldRows=1000'];

let command: PackedCommand;
beforeAll(async () => {
  command = await packedCommand();
});
afterAll(() => command.remove());

function many(group: 'clouds' | 'ci'): string[] {
  return [`--${group}`, names(group).join(',') || 'none'];
}

/** What a person's shell has: the machine's own Node, not this repository's; nothing of the test runner's. */
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(?:VITEST|NODE_ENV$|TEST$|npm_(?:package|lifecycle)_)/.test(name),
  );
  const path = (process.env.PATH ?? '').split(delimiter).filter((entry) => !entry.startsWith(REPOSITORY));
  const shell = { HOME: process.env.HOME, PATH: path.join(delimiter), NX_DAEMON: 'false', CI: 'true' };
  return { ...Object.fromEntries(own), ...plainEnvironment(shell) };
}

describe.each([
  ['smallest', SMALLEST],
  ['largest', LARGEST],
])('the %s project', (_, answers) => {
  let parent: string;
  let project: string;
  beforeAll(async () => {
    parent = await realpath(await mkdtemp(join(tmpdir(), 'baked-')));
    project = join(parent, 'acme');
    const { exit, stderr } = await command.run(['acme', ...answers], {
      cwd: parent,
      env: environment(),
      node: ['node'],
    });
    expect(exit, stderr).toBe(0);
  }, 5 * MINUTES);
  afterAll(() => rm(parent, { recursive: true, force: true }));

  const run = (program: string, ...args: string[]) =>
    execa(program, args, { cwd: project, env: environment(), extendEnv: false, all: true });

  test('passes its own check', () => run('npm', 'run', 'check'), 5 * MINUTES);

  test('passes its own tests', () => run('npm', 'test'), 10 * MINUTES);

  test('has no name of ours in it', () => {
    const ours = [...contents(project)].filter(
      ([path, base64]) => !path.startsWith('node_modules/') && atob(base64).includes('@ml-platform/'),
    );
    expect(ours.map(([path]) => path)).toEqual([]);
  });

  if (answers === LARGEST)
    test(
      'starts: its pipeline runs, its model answers',
      async () => {
        const params = QUICK.flatMap((param) => ['--param', param]);
        const { stdout } = await run('npm', 'start', '--silent', '--', '--once', '--json', '--port', '0', ...params);
        const { service, prediction } = JSON.parse(stdout);
        expect(service).toMatchObject({ model: 'flight-delays', version: '1', alias: 'champion' });
        expect(prediction.output.delay_probability).toBeGreaterThan(0);
        expect(prediction.output.delay_probability).toBeLessThan(1);
      },
      5 * MINUTES,
    );

  test(
    'is as it was committed, after all this and an install',
    async () => {
      await run('npm', 'install', '--no-audit', '--no-fund');
      expect((await run('git', 'status', '--porcelain')).stdout).toBe('');
    },
    MINUTES,
  );

  if (answers === SMALLEST)
    test(
      'takes data of its own to a served model, as docs/own-data.md says',
      async () => {
        await writeGuide(project);
        await writeFile(join(project, 'apps/churn/data/customers.csv'), customers(2000));
        await run('npm', 'install', '--no-audit', '--no-fund');
        await run('npx', 'platform', 'lock', 'churn');
        const { stdout } = await run('npm', 'start', '--silent', '--', 'churn', '--once', '--json', '--port', '0');
        const { service, prediction } = JSON.parse(stdout);
        expect(service).toMatchObject({ model: 'churn', version: '1' });
        expect(prediction.input).toMatchObject({
          plan: expect.stringMatching(/basic|plus/),
          months: expect.any(Number),
        });
        expect(prediction.output.probability).toBeGreaterThan(0);
        await run('npm', 'run', 'check');
      },
      10 * MINUTES,
    );
});

/** Writes the files that the guide shows, each a code block under its own path. */
async function writeGuide(project: string): Promise<void> {
  const guide = await readFile(join(project, 'docs/own-data.md'), 'utf8');
  const files = [...guide.matchAll(/^`(apps\/churn\/[^`]+)`:\n\n```\w+\n(.*?)^```$/gms)];
  expect(files.length).toBe(10);
  await mkdir(join(project, 'apps/churn/data'), { recursive: true });
  for (const [, path = '', content = ''] of files) {
    await mkdir(join(project, dirname(path)), { recursive: true });
    await writeFile(join(project, path), content);
  }
}

/** Customers of whom those on the basic plan leave early; every tenth has no age. */
function customers(count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const plan = index % 3 === 0 ? 'plus' : 'basic';
    const months = (index * 7) % 60;
    const churned = plan === 'basic' && (index * 13) % 60 > months ? 1 : 0;
    return `${plan},${months},${index % 10 === 0 ? '' : 20 + (index % 50)},${churned}`;
  });
  return ['plan,months,age,churned', ...rows, ''].join('\n');
}
