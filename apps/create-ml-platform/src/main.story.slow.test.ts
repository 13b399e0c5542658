import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashArtifact } from '@ml-platform/pipeline';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MINUTES, shellEnvironment } from './testing/bake.ts';
import { type PackedCommand, packedCommand } from './testing/packed-command.ts';

const QUICK = `ingest:
  rows: 100000
validate:
  firstDay: "2001-01-01"
  lastDay: "2001-06-30"
features:
  testFrom: "2001-06-01"
train:
  trials: 2
  sampleRows: 50000
  minFoldRows: 1000
  searchTrees: 20
  trees: 40
evaluate: {}
register: {}
`;
const ARTIFACTS = 'apps/flight-delays/artifacts';
/** Whose outcome is the same for everybody; a registration is of this machine. */
const STEPS = ['ingest', 'validate', 'features', 'train', 'evaluate'];

let command: PackedCommand;
let top: string;
beforeAll(async () => {
  command = await packedCommand();
  top = realpathSync(mkdtempSync(join(tmpdir(), 'story-')));
}, 2 * MINUTES);
afterAll(() => {
  command.remove();
  rmSync(top, { recursive: true, force: true });
});

/** A person with a clone, who types; Nx would share its cache with other clones on the same machine. */
function personIn(folder: string) {
  const env = { ...shellEnvironment(), NX_CACHE_DIRECTORY: `${folder}.nx-cache` };
  const type = async (line: string) => {
    const options = { cwd: folder, env, extendEnv: false, all: true } as const;
    return (await execa('sh', ['-c', line], options)).all;
  };
  const path = (name: string) => join(folder, name);
  return {
    type,
    edit: (name: string, change: (text: string) => string) =>
      writeFileSync(path(name), change(readFileSync(path(name), 'utf8'))),
    hashes: async () => {
      const hashes = STEPS.map(async (step) => [step, await hashArtifact(path(join(ARTIFACTS, step)))] as const);
      return Object.fromEntries(await Promise.all(hashes));
    },
    /** How each step of the example ended. */
    run: async () => {
      const said = await type('npx nx run flight-delays:run --output-style=stream-without-prefixes');
      const ends = [...said.matchAll(/^\[(\w+)\] (done|restored|unchanged|skipped)/gm)];
      return Object.fromEntries(ends.map(([, step, end]) => [step, end]));
    },
  };
}

const all = (end: string) => Object.fromEntries(STEPS.map((step) => [step, end]));

test(
  'one trains and pushes; another pulls, has all of it without a run, changes a feature; the first sees what it did',
  async () => {
    const args = ['acme', '--yes', '--remote', '../store'];
    const made = await command.run(args, { cwd: top, env: shellEnvironment(), node: ['node'] });
    expect(made.exit, made.stderr).toBe(0);
    const ada = personIn(join(top, 'acme'));
    ada.edit('apps/flight-delays/params.yaml', () => QUICK);
    expect(await ada.run()).toMatchObject(all('done'));
    await ada.type('git add --all && git commit -qm "First model"');
    expect(await ada.type('npx platform data push')).toMatch(/\d+ files pushed/);
    await ada.type(
      'git init -q --bare -b main ../origin.git && git remote add origin ../origin.git && git push -q origin HEAD:main',
    );
    const first = await ada.hashes();

    await execa('git', ['clone', '-q', 'origin.git', 'ben'], { cwd: top, env: shellEnvironment(), extendEnv: false });
    const ben = personIn(join(top, 'ben'));
    await ben.type('npm ci --no-audit --no-fund && npx platform data pull');
    expect(await ben.run()).toMatchObject(all('restored'));
    expect(await ben.hashes()).toEqual(first);
    expect(await ben.type('git status --porcelain')).toBe('');

    ben.edit('apps/flight-delays/src/steps/features.sql', (sql) =>
      sql.replace('hour(flights.date)::TINYINT', '(hour(flights.date) // 6)::TINYINT'),
    );
    expect(await ben.run()).toMatchObject({ features: 'done', train: 'done', evaluate: 'done' });
    await ben.type('git commit -qam "Coarser hours" && npx platform data push && git push -q');
    const second = await ben.hashes();
    expect(second).toMatchObject({ ingest: first.ingest, validate: first.validate });
    expect(second.train).not.toBe(first.train);

    ada.edit('README.md', (text) => `${text}\nOurs.\n`);
    await ada.type('git commit -qam "Ours" && git pull -q --no-rebase origin main && npx platform data pull');
    expect(await ada.hashes()).toEqual(second);
    const { metrics, data } = JSON.parse(await ada.type('npx platform data diff HEAD~1 --json'));
    const evaluated = metrics[`${ARTIFACTS}/evaluate/metrics.json`];
    expect(evaluated.auc.new).toBeCloseTo(
      JSON.parse(readFileSync(join(top, 'ben', ARTIFACTS, 'evaluate/metrics.json'), 'utf8')).auc,
      6,
    );
    expect(evaluated.auc.new).not.toBe(evaluated.auc.old);
    expect(data.modified.map(({ path }: { path: string }) => path)).toContain(`${ARTIFACTS}/train/model/model.onnx`);
    // What Ada had run herself, Nx still has.
    expect(await ada.run()).toMatchObject({ features: 'restored', train: 'restored', evaluate: 'restored' });

    // The old model's exact data.
    await ada.type('git checkout -q HEAD~1 && npx platform dvc checkout -q');
    expect(await ada.hashes()).toEqual(first);
    await ada.type('git checkout -q main && npx platform dvc checkout -q');
  },
  15 * MINUTES,
);

test(
  'raw data is added, changed and recorded; what is nowhere used is removed only when asked twice',
  async () => {
    const ada = personIn(join(top, 'acme'));
    expect(await ada.type('npx platform data status')).toContain('all that is recorded is here');
    writeFileSync(join(top, 'acme/customers.csv'), 'id\n1\n');
    expect(await ada.type('npx platform data add customers.csv')).toContain('git add customers.csv.dvc');
    expect(await ada.type('npx platform data status')).toMatch(
      /Recorded, and not in Git.*\n {2}new {7}customers.csv\n/,
    );
    expect(await ada.type('npx platform data status')).toMatch(
      /Not on the remote: npx platform data push\n {2}customers/,
    );
    await ada.type('git add --all && git commit -qm Customers && npx platform data push');

    writeFileSync(join(top, 'acme/customers.csv'), 'id\n1\n2\n');
    expect(await ada.type('npx platform data status')).toContain('modified  customers.csv');
    expect(await ada.type('npx platform data commit')).toContain('recorded: customers.csv');
    writeFileSync(join(top, 'acme/customers.csv'), 'id\n1\n2\n3\n');
    await ada.type('npx platform data commit && git commit -qam Three');
    expect(JSON.parse(await ada.type('npx platform data diff HEAD~1 --json')).data.modified).toMatchObject([
      { path: 'customers.csv' },
    ]);

    // The version with two was in no commit.
    expect(await ada.type('npx platform data gc')).toContain('1 object on this machine would go');
    expect(await ada.type('npx platform data gc --yes')).toContain('removed 1 object on this machine');
    expect(await ada.type('npx platform data gc')).toContain('everything on this machine is used');

    // Nothing is written over what was not recorded.
    writeFileSync(join(top, 'acme/customers.csv'), 'id\n4\n');
    await expect(ada.type('npx platform data pull')).rejects.toMatchObject({
      exitCode: 4,
      all: expect.stringContaining('customers.csv'),
    });
    expect(readFileSync(join(top, 'acme/customers.csv'), 'utf8')).toBe('id\n4\n');
    await ada.type('npx platform data pull --force');
    expect(readFileSync(join(top, 'acme/customers.csv'), 'utf8')).toBe('id\n1\n2\n3\n');
  },
  5 * MINUTES,
);
