import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockRequirements } from '@ml-platform/pipeline';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LOCKS, requirementsOf } from './step/ready-lock.ts';

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

/** By each kind of step, in each language that it can have. */
const STEPS = [
  ['train', '--kind', 'train', '--after', 'ingest', '--target', 'left early?'],
  ['evaluate', '--kind', 'evaluate', '--after', 'train'],
  ['judge', '--kind', 'evaluate', '--after', 'train', '--language', 'python'],
  ['register', '--kind', 'register', '--after', 'evaluate'],
  ['more', '--kind', 'ingest', '--language', 'python', '--data', 'customers.csv'],
  ['whole', '--kind', 'check', '--after', 'more', '--language', 'python'],
  // As a module of Python's own is called.
  ['statistics', '--after', 'whole', '--language', 'python'],
].map((step) => ['step', ...step, '--pipeline', 'churn']);

test('a model of a table as tables are: better than the baseline, registered, and served', async () => {
  await writeFile(join(workspace, 'customers.csv'), customers(1200));
  await generate('pipeline', 'churn', '--data', 'customers.csv');
  for (const step of STEPS) await generate(...step);
  await check('apps/churn');
  expect(await read('apps/churn/params.yaml')).toMatch(/\nregister: \{\}\n(?:.*\n)*\nwhole: \{\}\n$/);
  const { all, exitCode } = await run(process.execPath, [NX, 'run', 'churn:run']);
  expect(exitCode, all).toBe(0);
  const [evaluated, judged] = await Promise.all(
    ['evaluate', 'judge'].map(async (step) => JSON.parse(await read(`apps/churn/artifacts/${step}/metrics.json`))),
  );
  expect(evaluated.skill).toBeGreaterThan(0.2);
  expect(judged.rows).toBe(evaluated.rows);
  expect(judged.skill).toBeCloseTo(evaluated.skill, 5);
  await generate('service', 'churn-server', '--model', 'churn');
  const customer = { plan: 'basic', months: 3, 'age in years': null };
  const [early, late] = await ask('apps/churn-server/src/main.ts', [customer, { ...customer, months: 57 }]);
  expect(early).toBeGreaterThan(0.5);
  expect(late).toBeLessThan(0.2);
  await commit();
  for (const step of STEPS) expect(await generate(...step)).toContain('nothing to do');
  expect(await git('status', '--porcelain')).toBe('');
}, 600_000);

/** Customers of whom those on the basic plan leave early; every twentieth has no age. */
function customers(count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const [plan, months] = [index % 3 === 0 ? 'plus' : 'basic', (index * 7) % 60];
    const left = plan === 'basic' && (index * 13) % 60 > months ? 'yes' : 'no';
    return `c${index},2026-01-${10 + (index % 20)},${plan},${months},${index % 20 === 0 ? '' : 20 + (index % 50)},${left}`;
  });
  return ['id,since,plan,months,age in years,left early?', ...rows, ''].join('\n');
}

/** The probabilities that a service gives. */
async function ask(main: string, instances: readonly object[]): Promise<number[]> {
  const env = { ...process.env, MODELS: join(workspace, 'models'), PORT: '0' };
  const server = spawn(process.execPath, [join(workspace, main)], { cwd: workspace, env });
  try {
    const [line] = await once(server.stdout, 'data');
    const headers = { 'content-type': 'application/json' };
    const { predict } = JSON.parse(String(line));
    const answer = await fetch(predict, { method: 'POST', headers, body: JSON.stringify({ instances }) });
    const { predictions } = (await answer.json()) as { predictions: { probability: number }[] };
    return predictions.map(({ probability }) => probability);
  } finally {
    server.kill();
    await once(server, 'exit');
  }
}

/** By each kind of source, what it is told. */
const SOURCES = [
  ['files', '--location', 'invoices/*.csv', '--key', 'number'],
  [
    'http',
    '--location',
    'https://api.example.com/v1/orders',
    ...columns('id:BIGINT,amount:DECIMAL(12,2),at:TIMESTAMP'),
  ],
  ['postgres', ...columns('id:BIGINT,paid:BOOLEAN?,changed:TIMESTAMPTZ'), '--watermark', 'changed'],
  ['mysql', ...columns('shop:VARCHAR,day:DATE,sold:INTEGER?'), '--key', 'shop,day'],
  [
    'sqlite',
    '--location',
    'data/shop.db',
    ...columns('id:UUID,rate:DOUBLE,changed:TIMESTAMP'),
    '--watermark',
    'changed',
  ],
  ['kafka', '--location', 'localhost:9092', ...columns('id:VARCHAR,note:VARCHAR?')],
] as const;
function columns(list: string): ['--columns', string] {
  return ['--columns', list];
}

test('sources of every kind: what is new is checked and brought into the lake, once', async () => {
  await mkdir(join(workspace, 'invoices'));
  await writeFile(join(workspace, 'invoices/1.csv'), 'number,customer,due\n1,ann,2026-01-31\n2,,2026-02-28\n');
  await writeFile(join(workspace, 'orders.csv'), ORDERS);
  await generate('pipeline', 'lake', '--data', 'orders.csv');
  await writeFile(join(workspace, '.gitignore'), 'node_modules\n.nx\nartifacts\nruns\n/lake\n');
  await commit();
  const refusals = [
    [['--from', 'http'], 'where orders is read from is not said'],
    [['--location', 'nowhere/*.csv'], 'what columns the rows have is not said'],
    [['--from', 'postgres', '--columns', 'id'], "--columns has 'id', expected NAME:TYPE"],
    [['--from', 'postgres', '--columns', 'id:NUMBER'], "column id: 'NUMBER' is no type"],
    [['--from', 'postgres', '--columns', 'id:BIGINT', '--key', 'di'], 'there is no column di'],
    [['--from', 'postgres', '--columns', 'id:BIGINT', '--location', 'postgres://me:secret@db'], 'may hold a password'],
  ] as const;
  for (const [options, message] of refusals)
    expect(await refused('source', 'orders', '--pipeline', 'lake', ...options)).toContain(message);
  const commands = SOURCES.map(([from, ...options]) => [
    `from-${from}`,
    '--pipeline',
    'lake',
    '--from',
    from,
    ...options,
  ]);
  for (const command of commands) await generate('source', ...command);
  await check('apps/lake');
  expect(await read('apps/lake/src/sources/from-files.ts')).toContain(
    "    number: 'BIGINT',\n    customer: 'VARCHAR?',\n",
  );

  for (const expected of [{ added: 2 }, { added: 0 }]) {
    const { all, exitCode } = await run(process.execPath, [NX, 'run', 'lake:from-files']);
    expect(exitCode, all).toBe(0);
    const metrics = JSON.parse(await read('apps/lake/artifacts/from-files/metrics.json'));
    expect(metrics).toEqual({ ...expected, quarantined: 0, rows: 2 });
  }
  await commit();
  for (const command of commands) expect(await generate('source', ...command)).toContain('nothing to do');
  expect(await git('status', '--porcelain')).toBe('');
}, 600_000);

test('a feature set: what was known before each row, put beside it', async () => {
  await writeFile(join(workspace, 'orders.csv'), ORDERS);
  await generate('pipeline', 'shop', '--data', 'orders.csv');
  await commit();
  const set = ['feature-set', 'customer-orders', '--pipeline', 'shop', '--after', 'validate', '--timestamp', 'ordered'];
  const options = ['--key', 'customer:BIGINT', '--value', 'amount'];
  expect(await refused(...set, '--key', 'customer:TEXT', '--value', 'amount')).toContain('customer:TEXT');
  await generate(...set, ...options);
  await generate('feature-set', 'days', '--pipeline', 'shop', '--after', 'ingest', ...DAYS);
  await check('apps/shop');
  const { all, exitCode } = await run(process.execPath, [NX, 'run', 'shop:run']);
  expect(exitCode, all).toBe(0);
  expect(JSON.parse(await read('apps/shop/artifacts/customer-orders/metrics.json'))).toMatchObject({ rows: 4 });
  await commit();
  expect(await generate(...set, ...options)).toContain('nothing to do');
  expect(await git('status', '--porcelain')).toBe('');
}, 300_000);

const ORDERS = `customer,day,ordered,amount
1,2026-01-01,2026-01-01 10:00:00,10
2,2026-01-01,2026-01-01 11:00:00,20
1,2026-01-02,2026-01-02 10:00:00,30
1,2026-01-05,2026-01-05 10:00:00,40
`;
const DAYS = ['--key', 'day:DATE', '--timestamp', 'ordered', '--value', 'amount'];

test.each(['tables.txt', 'model.txt'])(
  'the ready lock %s is what locking makes',
  async (name) => {
    const folder = join(workspace, name);
    await mkdir(folder);
    const ready = await readFile(join(LOCKS, name), 'utf8');
    await writeFile(join(folder, 'requirements.in'), `${requirementsOf(ready).join('\n')}\n`);
    await writeFile(join(folder, 'requirements.txt'), ready);
    expect(await readFile(await lockRequirements(folder), 'utf8')).toBe(ready);
    await rm(folder, { recursive: true });
  },
  120_000,
);

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
