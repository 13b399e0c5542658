import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { type GhState, standInGh } from '../testing/stand-in.ts';

const ROLE = 'arn:aws:iam::111111111111:role/acme-dev-deployer';
const REPO = ['--repo', 'acme/flights'];

function github(state: Partial<GhState> = {}) {
  const gh = standInGh(state);
  onTestFinished(gh.remove);
  return gh;
}

test('everything is made, and the second time there is nothing to do', async () => {
  const gh = github();
  const args = ['setup', ...REPO, '--reviewers', 'ada,acme/leads', '--role', `dev=${ROLE}`, '--reader-role', ROLE];
  const state = ['--region', 'eu-central-1', '--backend', 's3://acme-pulumi?region=eu-central-1&awssdk=v2'];
  const more = [...state, '--registry', 's3://acme-models/registry', '--model', 'flight-delays'];
  const first = await gh.platform([...args, ...more]);
  expect(first.stderr).toBe('');
  const { environments, variables, rulesets, labels } = gh.state();
  const custom = { protected_branches: false, custom_branch_policies: true };
  expect(Object.keys(environments)).toEqual(['dev', 'staging', 'prod']);
  expect(environments.dev).toMatchObject({ deployment_branch_policy: null, reviewers: [] });
  expect(environments.dev?.variables).toEqual({ AWS_REGION: 'eu-central-1', AWS_ROLE: ROLE });
  expect(environments.staging).toMatchObject({ deployment_branch_policy: custom, branches: ['main'], reviewers: [] });
  expect(environments.prod).toMatchObject({
    branches: ['main'],
    reviewers: [
      { type: 'User', id: 11 },
      { type: 'Team', id: 22 },
    ],
  });
  expect(variables).toEqual({
    AWS_READER_ROLE: ROLE,
    AWS_REGION: 'eu-central-1',
    MODEL: 'flight-delays',
    MODEL_REGISTRY: 's3://acme-models/registry',
    PULUMI_BACKEND_URL: 's3://acme-pulumi?region=eu-central-1&awssdk=v2',
  });
  expect(rulesets.map(({ name, enforcement, rules }) => [name, enforcement, rules?.map(({ type }) => type)])).toEqual([
    ['main', 'active', ['deletion', 'non_fast_forward', 'pull_request', 'required_status_checks']],
  ]);
  expect(JSON.stringify(rulesets)).toContain('"context":"all is well"');
  expect(labels.map(({ name }) => name)).toEqual(['preview']);
  expect(first.stdout).toMatch(/^set {3}repos\/acme\/flights\/environments\/dev\nmade {2}repos.*dev\/variables\n/);

  const second = await gh.platform([...args, ...more]);
  expect(second.stdout).toBe('acme/flights is set up');
});

test('a dry run prints commands, which a shell can run, and changes nothing', async () => {
  const gh = github({ defaultBranch: 'trunk' });
  const { stdout } = await gh.platform(['setup', ...REPO, '--dry-run', '--registry', 's3://acme/registry']);
  expect(gh.state().calls.filter((call) => !call.startsWith('GET '))).toEqual([]);
  expect(stdout).toContain("gh api --method PUT repos/acme/flights/environments/prod --input - <<'JSON'\n{\n");
  expect(stdout).toContain('# nobody has to approve a deployment to prod: --reviewers NAME');
  const env = { PATH: `${gh.folder}:${process.env.PATH}`, GH_STATE: join(gh.folder, 'state.json') };
  await execa('sh', ['-e', '-c', stdout], { env });
  expect(gh.state().environments.prod?.branches).toEqual(['trunk']);
  const { stdout: after } = await gh.platform(['setup', ...REPO, '--registry', 's3://acme/registry', '--json']);
  expect(JSON.parse(after)).toEqual({
    repository: 'acme/flights',
    dryRun: false,
    requests: [],
    notes: ['nobody has to approve a deployment to prod: --reviewers NAME'],
  });
});

test('what a team set stays: timers, reviewers, branches, checks, other variables', async () => {
  const prod = {
    wait_timer: 30,
    prevent_self_review: true,
    reviewers: [{ type: 'Team' as const, id: 22 }],
    deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
    branches: [],
    variables: { OTHER: 'x', AWS_REGION: 'us-east-1' },
  };
  const parameters = {
    strict_required_status_checks_policy: true,
    required_status_checks: [{ context: 'legal', integration_id: 5 }],
  };
  const rules = [{ type: 'required_linear_history' as const }, { type: 'required_status_checks' as const, parameters }];
  const gh = github({
    environments: { prod },
    rulesets: [{ id: 1, name: 'main', enforcement: 'active', rules }],
    defaultSubject: false,
  });
  const { stdout } = await gh.platform(['setup', ...REPO, '--region', 'prod=eu-west-1', '--check', 'ci']);
  expect(gh.state().environments.prod).toEqual({ ...prod, variables: { OTHER: 'x', AWS_REGION: 'eu-west-1' } });
  expect(gh.state().rulesets[0]?.rules).toEqual([
    { type: 'required_linear_history' },
    {
      type: 'required_status_checks',
      parameters: {
        ...parameters,
        required_status_checks: [{ context: 'legal', integration_id: 5 }, { context: 'ci' }],
      },
    },
  ]);
  expect(stdout).toContain('# the subject of OIDC tokens is not the default one');
  expect(stdout).not.toContain('nobody has to approve');
});

test('what is named last wins, as beside what the bootstrap says', async () => {
  const gh = github();
  const roles = ['--role', `prod=${ROLE}`, '--role', `prod=${ROLE}-other`];
  await gh.platform(['setup', ...REPO, '--region', 'eu-west-1', ...roles, '--region', 'prod=eu-central-1']);
  expect(gh.state().environments.prod?.variables).toEqual({ AWS_REGION: 'eu-central-1', AWS_ROLE: `${ROLE}-other` });
});

test.each([
  [['--role', ROLE], 2, `'${ROLE}' is of no environment, expected one of dev=…`],
  [['--role', `test=${ROLE}`], 2, `'test=${ROLE}' is of no environment`],
  [['--role', 'dev=admin'], 2, "'admin' is no role's ARN"],
  [['--reviewers', 'a,,b'], 2, '--reviewers has an empty name'],
  [['--reviewers', 'a,b,c,d,e,f,g'], 2, '--reviewers has 7 names, GitHub takes 6'],
  [['--reviewers', 'grace'], 7, "GitHub knows no 'grace'"],
  [['--repos', 'x'], 2, "Unknown option '--repos'"],
])('%j is refused', async (args, code, message) => {
  const { exitCode, stderr } = await github().platform(['setup', ...REPO, ...args]);
  expect([exitCode, stderr]).toEqual([code, expect.stringContaining(message)]);
});

test('what GitHub says is passed on', async () => {
  const gh = github({ refuse: 'Upgrade to GitHub Pro or make this repository public to enable this feature.' });
  const { exitCode, stderr } = await gh.platform(['setup', ...REPO]);
  expect(exitCode).toBe(5);
  expect(stderr).toContain('GitHub refuses PUT repos/acme/flights/environments/dev: gh: Upgrade to GitHub Pro');
});
