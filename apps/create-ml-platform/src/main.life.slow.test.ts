import { globSync, mkdtempSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pack } from './pack/pack.ts';
import { MINUTES, shellEnvironment } from './testing/bake.ts';
import { copyRepository, type Editor, editorOf } from './testing/next-version.ts';
import { contents } from './testing/packed-command.ts';
import { type Registry, startRegistry } from './testing/registry.ts';
import { makeVersionTwo, VERSION_ONE, VERSION_TWO } from './testing/version-two.ts';
import type { Outcome } from './update/outcome.ts';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

let registry: Registry;
let top: string;
let project: string;
let team: Editor;

beforeAll(async () => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'life-')));
  project = join(top, 'acme');
  team = editorOf(project);
  registry = await startRegistry();
  registry.publish(await pack(REPOSITORY, top));
  const next = copyRepository(mkdtempSync(join(top, 'two-')));
  makeVersionTwo(next, environment());
  registry.publish(await pack(next.folder, top));
}, 5 * MINUTES);

afterAll(async () => {
  await registry?.stop();
  rmSync(top, { recursive: true, force: true });
});

function environment(): NodeJS.ProcessEnv {
  return { ...shellEnvironment(), npm_config_registry: registry.url, npm_config_cache: join(top, 'npm') };
}

function run(program: string, ...args: string[]) {
  return execa(program, args, { cwd: project, env: environment(), extendEnv: false, all: true });
}

function command(version: string, ...args: string[]) {
  const cwd = args[0] === 'acme' ? top : project;
  const exec = ['exec', '--yes', `--package=create-ml-platform@${version}`, '--', 'create-ml-platform', ...args];
  return execa('npm', exec, { cwd, env: environment(), extendEnv: false, reject: false });
}

async function outcomeOf(version: string, ...args: string[]): Promise<Outcome> {
  const { stdout, stderr, exitCode } = await command(version, ...args, '--json');
  expect([0, 1], stderr).toContain(exitCode);
  return JSON.parse(stdout);
}

async function commit(message: string): Promise<void> {
  await run('git', 'add', '--all');
  await run('git', 'commit', '--quiet', '--message', message);
}

const RANK = `import { defineStep, json, parquet } from '@acme/pipeline';

export const rankShops = defineStep({
  name: 'rank-shops',
  description: 'Says which shop a misspelled name means',
  inputs: { rows: parquet() },
  outputs: { ranking: json() },
  run: () => import('./rank-shops.run.ts'),
});
`;

const RANK_RUN = `import { writeFile } from 'node:fs/promises';
import { suggest } from '@acme/errors';
import type { StepContext } from '@acme/pipeline';
import { stringify } from 'yaml';
import type { rankShops } from './rank-shops.ts';

export async function run({ outputs, log }: StepContext<typeof rankShops>): Promise<void> {
  const meant = suggest('nroth', ['north', 'south'], 'shops');
  log(stringify({ meant }));
  await writeFile(outputs.ranking, JSON.stringify({ suggest: meant }));
}
`;

const OWN_TEST = `import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

test('our own words are found', () => {
  expect(nearest('nroth', ['north', 'south'])).toBe('north');
});
`;

const WORKFLOW = 'name: ours\non: push\njobs:\n  check:\n    runs-on: ubuntu-latest\n    steps: []\n';

test(
  'a project of version 1 is made, and grows',
  async () => {
    const { exitCode, stderr } = await command(VERSION_ONE, 'acme', '--example', 'none', '--yes');
    expect(exitCode, stderr).toBe(0);
    team.write('sales.csv', 'shop,sold\nnorth,3\nsouth,4\n');
    await run('npx', 'nx', 'g', 'pipeline', 'sales', '--data', 'sales.csv');
    await commit('Add sales');
    await run('npx', 'nx', 'g', 'step', 'busy-shops', '--pipeline', 'sales', '--after', 'validate');
    editByHand();
    await run('npm', 'install', '--no-audit', '--no-fund');
    await run('npm', 'run', 'lint');
    await run('npx', 'nx', 'run', 'sales:run');
    await commit('Make it ours');
  },
  5 * MINUTES,
);

/** What people do in the first weeks. */
function editByHand(): void {
  const { read, write, replace, remove } = team;
  const renamed = read('libs/registry/src/json-line.ts').replaceAll('skipSpace', 'skipWhitespace');
  write('libs/registry/src/json-line.ts', renamed);
  write('apps/sales/src/steps/rank-shops.ts', RANK);
  write('apps/sales/src/steps/rank-shops.run.ts', RANK_RUN);
  const pipeline = 'apps/sales/src/pipeline.ts';
  replace(pipeline, 'import { validate }', "import { rankShops } from './steps/rank-shops.ts';\nimport { validate }");
  replace(pipeline, /add\(busyShops.*\n/.exec(read(pipeline))?.[0] ?? '-', `$&  add(rankShops, { rows: raw.rows });\n`);
  remove('libs/serving/README.md');
  replace('README.md', 'A machine-learning platform:', 'The platform of Acme, a machine-learning platform:');
  replace('tsconfig.base.json', '"strict": true,', '"strict": true,\n    "allowUnreachableCode": false,');
  replace('nx.json', '"neverConnectToCloud": true,', '"neverConnectToCloud": true,\n  "parallel": 2,');
  write('.github/workflows/ours.yml', WORKFLOW);
  replace('apps/sales/package.json', '"dependencies": {', '"dependencies": {\n    "yaml": "2.9.1",');
  replace('package.json', '"handlebars": "4.7.10"', '"handlebars": "4.7.9"');
  renameSync(join(project, 'libs/registry/src/sqlite'), join(project, 'libs/registry/src/local'));
  for (const file of globSync('libs/registry/src/**/*.ts', { cwd: project })) {
    if (/\/sqlite\//.test(read(file))) write(file, read(file).replaceAll('/sqlite/', '/local/'));
  }
  replace('apps/sales/params.yaml', 'maxIncompleteShare: 0.05', 'maxIncompleteShare: 0.1');
  write('docs/updating.md', read('docs/updating.md').replaceAll(/(?<=[a-z,])\n(?=[a-z]+ [a-z]+ [a-z])/g, ' '));
  write('libs/errors/src/own.test.ts', OWN_TEST);
}

test(
  'features are added, and edited',
  async () => {
    const { files, lock } = await outcomeOf(VERSION_ONE, 'add', 'flight-delays');
    expect(files.conflicts).toEqual([]);
    expect(files.added).toContain('apps/flight-delays/src/pipeline.ts');
    expect(lock).toBe('updated');
    await commit('Add flight-delays');
    const cloud = await outcomeOf(VERSION_ONE, 'add', 'aws');
    expect(cloud.files.conflicts).toEqual([]);
    expect(cloud.files.added).toContain('infra/aws/index.ts');
    await commit('Add aws');
    team.replace('infra/aws/Pulumi.dev.yaml', '111111111111', '444444444444');
    team.replace('apps/flight-delays/params.yaml', 'trials: 8 #', 'trials: 4 #');
    team.replace('vitest.config.ts', 'testTimeout: 120_000', 'testTimeout: 180_000');
    await commit('Try less, wait longer');
  },
  5 * MINUTES,
);

test(
  'version 2 arrives beside every edit; what both changed is in conflict, and can be taken back',
  async () => {
    const before = contents(project);
    const { files, migrations, lock, notes } = await outcomeOf(VERSION_TWO, 'update');
    expect(files.conflicts).toEqual([
      { path: 'apps/flight-delays/params.yaml', kind: 'bothChanged' },
      { path: 'vitest.config.ts', kind: 'bothChanged' },
    ]);
    expect(files.keptDeleted).toEqual(['libs/serving/README.md']);
    expect(files.renamed).toEqual([{ from: 'docs/updating.md', to: 'docs/keeping-current.md' }]);
    expect(files.deleted).toEqual(['libs/registry/README.md']);
    expect(files.added).toEqual(['libs/errors/src/one-line.test.ts', 'libs/errors/src/one-line.ts']);
    expect(migrations).toEqual([
      {
        version: VERSION_TWO,
        title: 'suggest is called suggestion',
        files: ['apps/sales/src/steps/rank-shops.run.ts'],
      },
    ]);
    expect({ lock, notes }).toEqual({ lock: 'updated', notes: [] });
    expect((await command(VERSION_TWO, 'update', '--abort')).exitCode).toBe(0);
    expect(contents(project)).toEqual(before);
    expect((await outcomeOf(VERSION_TWO, 'update')).files).toEqual(files);
  },
  5 * MINUTES,
);

test('every edit is still there, and every change of the template', () => {
  const { read } = team;
  expect(read('libs/registry/src/json-line.ts')).toContain('The line, counted from one,');
  expect(read('libs/registry/src/json-line.ts')).toContain('skipWhitespace');
  expect(read('libs/registry/src/json-line.ts')).not.toContain('skipSpace');
  expect(read('apps/sales/src/pipeline.ts')).toMatch(/add\(busyShops, .*\n {2}add\(rankShops, /);
  expect(read('apps/sales/src/steps/rank-shops.run.ts')).toBe(
    RANK_RUN.replaceAll('suggest }', 'suggestion }').replace("suggest('nroth'", "suggestion('nroth'"),
  );
  expect(read('README.md')).toContain('The platform of Acme, a machine-learning platform:');
  expect(read('README.md')).toContain('keeping-current.md');
  expect(read('README.md')).toContain('Version two was here.');
  expect(read('infra/aws/Pulumi.dev.yaml')).toContain('account: "444444444444"');
  expect(read('infra/aws/components/keys/config.ts')).toContain('deletionDays: 21');
  const { compilerOptions } = JSON.parse(read('tsconfig.base.json'));
  expect(compilerOptions).toMatchObject({ allowUnreachableCode: false, forceConsistentCasingInFileNames: true });
  expect(JSON.parse(read('nx.json'))).toMatchObject({ parallel: 2, maxCacheSize: '20GB' });
  expect(read('.github/workflows/ours.yml')).toBe(WORKFLOW);
  expect(JSON.parse(read('apps/sales/package.json')).dependencies).toMatchObject({ yaml: '2.9.1' });
  const { devDependencies, scripts } = JSON.parse(read('package.json'));
  expect(devDependencies).toMatchObject({ handlebars: '4.7.9', 'fast-check': '4.10.1' });
  expect(scripts).toMatchObject({ graph: 'nx graph' });
  const { packages } = JSON.parse(read('package-lock.json'));
  expect(packages['node_modules/handlebars'].version).toBe('4.7.9');
  expect(packages['node_modules/fast-check'].version).toBe('4.10.1');
  expect(read('libs/registry/src/local/transaction.ts')).toContain('Does `work` under');
  expect(read('apps/sales/params.yaml')).toContain('maxIncompleteShare: 0.1');
  expect(read('docs/keeping-current.md')).toContain('what was chosen, so a newer template can be merged');
  expect(read('libs/errors/src/own.test.ts')).toBe(OWN_TEST);
  expect(read('libs/errors/src/nearest.ts')).toContain('export function suggestion(');
  expect(statSync(join(project, 'apps/platform/bin/with-install.mjs')).mode & 0o100).toBe(0o100);
  expect(JSON.parse(read('platform.json')).template).toBe(`create-ml-platform@${VERSION_TWO}`);
});

test(
  'with the conflicts resolved, check and tests pass',
  async () => {
    const { read, write } = team;
    expect(read('apps/flight-delays/params.yaml')).toMatch(
      /<<<<<<< ours\n {2}trials: 4 .*\n=======\n {2}trials: 12 .*\n>>>>>>> theirs\n/,
    );
    const conflict = /<<<<<<< ours\n(.*?)=======\n(.*?)>>>>>>> theirs\n/s;
    write('apps/flight-delays/params.yaml', read('apps/flight-delays/params.yaml').replace(conflict, '$1'));
    write('vitest.config.ts', read('vitest.config.ts').replace(conflict, '$2'));
    await run('npm', 'install', '--no-audit', '--no-fund');
    await run('npm', 'run', 'check');
    await run('npx', 'nx', 'run', 'sales:run');
    await commit('Update the template');
    expect((await run('git', 'status', '--porcelain')).stdout).toBe('');
    expect(await outcomeOf(VERSION_TWO, 'update')).toMatchObject({ upToDate: true });
  },
  20 * MINUTES,
);
