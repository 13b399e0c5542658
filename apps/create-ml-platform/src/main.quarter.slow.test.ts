import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MINUTES } from './testing/bake.ts';
import { STACKS } from './testing/quarter/cloud.ts';
import { type Company, openCompany } from './testing/quarter/company.ts';
import { csv, customers } from './testing/quarter/customers.ts';
import { leaksIn } from './testing/quarter/leaks.ts';
import { SECRETS } from './testing/quarter/secrets.ts';
import type { WorkflowRun } from './workflows/workflow-run.ts';

const PARAMS = 'apps/churn/params.yaml';
const FIRST = { count: 3000 };
const MORE = { count: 600, from: 5000 };
/** Of another company, which was bought: with it for twice as long. */
const BOUGHT = { count: 3000, from: 6000, months: 120 };

let top: string;
let company: Company;
beforeAll(async () => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'quarter-')));
  company = await openCompany(top);
}, 5 * MINUTES);
afterAll(async () => {
  await company?.close();
  rmSync(top, { recursive: true, force: true });
});

const results = ({ jobs }: WorkflowRun) => Object.fromEntries(jobs.map(({ name, result }) => [name, result]));
const log = ({ jobs }: WorkflowRun) => jobs.flatMap(({ steps }) => steps.map(({ log: text }) => text)).join('');
const summary = ({ jobs }: WorkflowRun) => jobs.map((job) => job.summary).join('');

/** The run, which went as said: its jobs by name. */
async function ends(running: Promise<WorkflowRun>, expected: Record<string, string>): Promise<WorkflowRun> {
  const run = await running;
  expect(results(run), log(run)).toEqual(expected);
  return run;
}

const onDispatch = { compare: 'skipped', candidate: 'success' };
const onPullRequest = (compare: string) => ({ compare, candidate: 'skipped' });
const onDeploy = (prod: string) => ({
  'build / build': 'success',
  'dev / deploy': 'success',
  'staging / deploy': 'success',
  'prod / deploy': prod,
});

/** Columns that the model isn't given. */
function leaveOut(columns: string): void {
  company.edit(PARAMS, (text) =>
    text.replace(/target: left\n(?: +leaveOut: .*\n)?/, `target: left\n  leaveOut: ${columns}\n`),
  );
}

/** A candidate is trained, merged with its dvc.lock, and made the champion, which starts a deploy. */
async function trainAndPromote(version: string, reason: string): Promise<WorkflowRun> {
  const trained = await ends(company.dispatch('train', { pipelines: 'churn', reason }), onDispatch);
  expect(summary(trained)).toContain(`candidate in the shared registry, as version ${version}`);
  await company.merge('train/main');
  const promotion = { model: 'churn', version: 'candidate', reason };
  const promoted = await ends(company.dispatch('promote', promotion), { promote: 'success' });
  expect(log(promoted)).toContain(`churn: version ${version} is the champion`);
  expect(company.cloud.calls().at(-1)).toBe('gh workflow run deploy.yml --field model=churn');
  expect(await company.version('champion')).toMatchObject({ version });
  return trained;
}

/** What each stack has, and what it had before; it answers with just that model. */
async function expectDeployed(expected: Record<string, readonly [string, ...string[]]>): Promise<void> {
  const found = await company.deployed();
  const releases = Object.entries(found).map(([stack, { release, previous }]) => [stack, [release, ...previous]]);
  expect(Object.fromEntries(releases)).toEqual(expected);
  for (const { release, served } of Object.values(found)) {
    const [name, version] = release.split('-');
    const { contentHash } = JSON.parse(await company.type(`npx platform models show ${name}:${version} --json`));
    expect(contentHash.slice(0, served.length)).toBe(served);
  }
}

test(
  'the first model is trained and becomes the champion; its data and its dvc.lock are on the remotes',
  async () => {
    leaveOut('[calls]');
    await company.push('feat: calls are not counted yet');
    const trained = await trainAndPromote('1', 'the first');
    expect(summary(trained)).toContain('there is no champion yet, so nothing can be lost');
    expect(company.cloud.calls()).toContain('gh workflow run ci.yml --ref train/main');
    expect(await company.type('git show origin/main:apps/churn/dvc.lock')).toContain('train:');
    expect(JSON.parse(await company.type('npx platform data status --json'))).toMatchObject({ not_in_remote: [] });
  },
  5 * MINUTES,
);

test(
  'a pull request that makes the model worse is held by the gate, and told why',
  async () => {
    await company.type('git switch --quiet --create worse');
    leaveOut('[calls, months]');
    await company.push('feat: without months', 'worse');
    const run = await ends(company.pullRequest('train', 'worse'), onPullRequest('failure'));
    expect(log(run)).toContain('error: churn: version 1 does not pass the gate');
    const [comment, ...others] = company.cloud.comments();
    expect(others).toEqual([]);
    expect(comment).toMatch(/❌ \| skill ↑ \| 0\.04\d* \| 0\.21\d* \| -0\.1\d* \|/);
    expect(await company.version('candidate')).toMatchObject({ version: '1' });
  },
  5 * MINUTES,
);

test(
  'a better one is merged, trained, promoted, and goes to dev, staging and prod, once it is approved',
  async () => {
    await company.type('git switch --quiet --force-create better main');
    leaveOut('[]');
    await company.push('feat: calls are counted', 'better');
    await ends(company.pullRequest('train', 'better'), onPullRequest('success'));
    const [comment, ...others] = company.cloud.comments();
    expect(others).toEqual([]);
    // The champion is measured again: other columns make another split, and so other rows to measure on.
    expect(comment).toContain("Both are measured on the candidate's data.");
    expect(comment).toMatch(/✅ \| skill ↑ \| 0\.50\d* \| 0\.2\d* \| \+0\.2\d* \|/);
    await company.type('git switch --quiet main');
    await company.merge('better');
    await trainAndPromote('2', 'calls are counted');
    company.approved.length = 0;
    const run = await ends(company.dispatch('deploy', { model: 'churn' }), onDeploy('success'));
    expect(company.approved).toEqual(['dev', ...STACKS]);
    expect(summary(run)).toContain('### ✅ Deploy to `prod`: deployed');
    await expectDeployed({ dev: ['churn-2'], staging: ['churn-2'], prod: ['churn-2'] });
  },
  5 * MINUTES,
);

test(
  'a release that holds in dev and staging, and fails when prod asks it longer, is taken back there',
  async () => {
    company.edit('customers.csv', () => csv([FIRST, MORE].flatMap(customers)));
    await company.type('npx platform data commit');
    await company.push('feat: the customers of March');
    await company.type('npx platform data push');
    await trainAndPromote('3', 'March');
    company.cloud.failBy({ failsAfter: 9 });
    const run = await ends(company.dispatch('deploy', { model: 'churn' }), onDeploy('failure'));
    company.cloud.failBy({});
    expect(log(run)).toMatch(/is not in prod: the canary failed: .*; churn-2\+\w+ is served again/);
    expect(summary(run)).toContain('### ❌ Deploy to `prod`: rolled back');
    const [failed, good] = [['churn-3', 'churn-2'] as const, ['churn-2'] as const];
    await expectDeployed({ dev: failed, staging: failed, prod: good });

    const back = { environment: 'staging', reason: 'fails in prod', model: 'churn' };
    await ends(company.dispatch('rollback', back), { rollback: 'success', champion: 'success' });
    await expectDeployed({ dev: failed, staging: good, prod: good });
    expect(await company.version('champion')).toMatchObject({ version: '2' });
  },
  5 * MINUTES,
);

test(
  'what is asked like the training is no drift; other customers are, and start a training, whose model is deployed',
  async () => {
    const asked = ({ plan, months, calls, spent }: ReturnType<typeof customers>[number]) => ({
      plan,
      months,
      calls,
      spent,
    });
    await company.ask('prod', customers({ count: 1500, from: 20_000 }).map(asked));
    const calm = await ends(company.dispatch('monitor', {}), { drift: 'success', retrain: 'skipped' });
    expect(summary(calm)).toContain('months');

    await company.ask('prod', customers({ ...BOUGHT, from: 30_000 }).map(asked));
    const drifted = await ends(company.dispatch('monitor', {}), { drift: 'success', retrain: 'success' });
    expect(log(drifted)).toMatch(/months +\d\.\d+ +drift, above 0\.2/);
    expect(summary(drifted)).toMatch(/months/);
    const reason = 'drift of churn, run 1';
    expect(company.cloud.calls().at(-1)).toBe(`gh workflow run train.yml --repo acme/flights --field reason=${reason}`);

    company.edit('customers.csv', () => csv([FIRST, BOUGHT].flatMap(customers)));
    await company.type('npx platform data commit');
    await company.push('feat: the customers of April');
    await company.type('npx platform data push');
    await trainAndPromote('4', reason);
    await ends(company.dispatch('deploy', { model: 'churn' }), onDeploy('success'));
    const all = ['churn-4', 'churn-2'] as const;
    await expectDeployed({ dev: ['churn-4', 'churn-3', 'churn-2'], staging: all, prod: all });
  },
  5 * MINUTES,
);

test(
  'a rollback by dispatch brings the old model back in prod, and its champion',
  async () => {
    const inputs = { environment: 'prod', reason: 'complaints', model: 'churn' };
    const run = await ends(company.dispatch('rollback', inputs), { rollback: 'success', champion: 'success' });
    expect(summary(run)).toContain('churn-2');
    await expectDeployed({
      dev: ['churn-4', 'churn-3', 'churn-2'],
      staging: ['churn-4', 'churn-2'],
      prod: ['churn-2'],
    });
    expect(await company.type('npx platform deploy status')).toMatch(/^prod: churn-2\+\w{7}, since /m);
    expect(await company.type('npx platform models history churn')).toMatch(
      /champion +4 → 2 +rolled back +complaints$/,
    );
  },
  5 * MINUTES,
);

/** Prints what it is given, in each form that is looked for. */
const LEAK = `name: leak
on: workflow_dispatch
permissions: {}
jobs:
  leak:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: ./.github/actions/login
        with: { variables: "\${{ toJSON(vars) }}" }
      - run: |
          given=$(env; cat "$XDG_CONFIG_HOME/dvc/config"; aws ecr get-login-password)
          FORM
        env: { GH_TOKEN: "\${{ github.token }}" }
`;
const FORMS = {
  plain: 'echo "$given"',
  base64: 'base64 --wrap=0 <<< "$given"',
  'URL-encoded': 'node --print "encodeURIComponent(process.argv[1])" "$given"',
};

test(
  'nothing of all that was said or kept has a secret in it, which each job could have told',
  async () => {
    const said = await company.said();
    const known = [
      'took on arn:aws:iam::',
      'churn-3+',
      'refs/heads',
      '"inputs":{"plan":',
      'gh workflow run',
      'platform:train',
    ];
    expect(known.filter((words) => !said.includes(words))).toEqual([]);
    expect(leaksIn(said, SECRETS)).toEqual([]);
    for (const [form, command] of Object.entries(FORMS)) {
      company.edit('.github/workflows/leak.yml', () => LEAK.replace('FORM', command));
      await company.push(`feat: ${form}`);
      const told = log(await ends(company.dispatch('leak', {}), { leak: 'success' }));
      const leaks = leaksIn(told, SECRETS);
      expect(leaks.map((leak) => leak.replace(/, .*/, ''))).toEqual(Object.keys(SECRETS));
      expect(leaks).toContain(`DATABASE_URL, ${form}`);
    }
  },
  MINUTES,
);
