import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ciFiles } from './lay-out.ts';
import { runWorkflow } from './run-workflow.ts';
import { type ScratchRepository, scratchRepository } from './scratch-repository.ts';
import { type StandInCommands, standInCommands } from './stand-in-commands.ts';
import { standInsFor } from './stand-ins.ts';
import type { WorkflowEvent } from './triggers.ts';
import type { Settings, StandIn, WorkflowRun } from './workflow-run.ts';

/** The files of a project, as far as its workflows look at them. */
const PROJECT = new Map([
  ['.nvmrc', '24\n'],
  ['.gitignore', 'node_modules/\n/*/*/artifacts/\n'],
  ['apps/flights/dvc.lock', 'one\n'],
  ['package-lock.json', '{}\n'],
]);
const REPOSITORY = 'acme/platform';

let repository: ScratchRepository;
let commands: StandInCommands | undefined;
beforeAll(() => {
  repository = scratchRepository(new Map([...PROJECT, ...ciFiles('github', ['aws'])]));
  repository.push('feat: more', new Map([['more.txt', 'more']]));
});
afterAll(() => {
  repository.remove();
  commands?.remove();
});

const head = () => repository.git('rev-parse', 'HEAD');
const dispatch = (): WorkflowEvent => ({ name: 'workflow_dispatch', payload: {}, ref: 'refs/heads/main', sha: head() });
const schedule = (): WorkflowEvent => ({ ...dispatch(), name: 'schedule' });

function pullRequest(more: object = {}, action = 'opened'): WorkflowEvent {
  const pull = {
    number: 7,
    labels: [],
    head: { ref: 'better', repo: { full_name: REPOSITORY } },
    base: { ref: 'main', sha: repository.git('rev-parse', 'HEAD~1') },
  };
  const payload = { action, pull_request: { ...pull, ...more } };
  return { name: 'pull_request', payload, ref: 'refs/pull/7/merge', sha: head() };
}

interface Given {
  readonly event: WorkflowEvent;
  readonly inputs?: Record<string, string | boolean>;
  /** What commands do; those that aren't named succeed, and say nothing. */
  readonly scripts?: Record<string, string>;
  readonly variables?: Record<string, string>;
  readonly approve?: Settings['approve'];
}

const QUIET = Object.fromEntries(['npx', 'npm', 'gh', 'pulumi', 'aws', 'docker', 'cosign'].map((name) => [name, '']));
const ALL = { AWS_READER_ROLE: 'arn:reader', AWS_ROLE: 'arn:dev', AWS_REGION: 'eu-central-1', MODEL: 'flights' };
const VARIABLES = { ...ALL, MODEL_REGISTRY: 's3://models', PULUMI_BACKEND_URL: 's3://states', PREDICTIONS: 's3://log' };
const nothing: StandIn = () => undefined;

async function run(
  workflow: string,
  { event, scripts = {}, variables = VARIABLES, ...more }: Given,
): Promise<WorkflowRun> {
  commands?.remove();
  commands = standInCommands({ ...QUIET, ...scripts });
  const actions: Settings['actions'] = {
    ...standInsFor(repository.remote, event, `${commands.env.STATE}/artifacts`),
    'aws-actions/configure-aws-credentials': ({ with: given, exportVariable, print }) => {
      exportVariable('AWS_REGION', given['aws-region'] ?? '');
      print(`took on ${given['role-to-assume']}\n`);
    },
    'docker/build-push-action': () => ({ digest: `sha256:${'d'.repeat(64)}` }),
    ...Object.fromEntries(
      [
        'pulumi/actions',
        'docker/setup-buildx-action',
        'docker/login-action',
        'anchore/sbom-action',
        'anchore/scan-action',
        'actions/attest',
        'sigstore/cosign-installer',
      ].map((name) => [name, nothing]),
    ),
  };
  const file = `.github/workflows/${workflow}.yml`;
  const { env } = commands;
  return runWorkflow({ repository: repository.remote, workflow: file, event, actions, env, variables, ...more });
}

/** The calls of some commands, the last run's. */
const calls = (...names: string[]) =>
  commands?.calls().filter((call) => names.includes(call.split(' ')[0] ?? '')) ?? [];
const results = ({ jobs }: WorkflowRun) => Object.fromEntries(jobs.map(({ name, result }) => [name, result]));

describe('ci', () => {
  test('looks at what a change affects, from the commit that it began at', async () => {
    const event = pullRequest();
    const ran = await run('ci', { event, scripts: { npx: STATUS('[]') } });
    expect(results(ran)).toEqual({ check: 'success', sample: 'success', data: 'success', done: 'success' });
    const base = repository.git('rev-parse', 'HEAD~1');
    expect(calls('npx')).toContain(`npx nx affected --target test --base ${base} --parallel=2 --output-style=static`);
    expect(calls('npx').find((call) => call.includes('--sample'))).toContain(
      `train --affected --base ${base} --sample`,
    );
  });

  test('in the first run of a repository all has changed', async () => {
    const event = { ...dispatch(), name: 'push', payload: { before: '0'.repeat(40) } };
    await run('ci', { event, scripts: { npx: STATUS('[]') } });
    const empty = repository.git('hash-object', '-t', 'tree', '/dev/null');
    expect(calls('npx').find((call) => call.includes('nx affected'))).toContain(`--base ${empty} `);
  });

  test('says no where anything does, and where data is missing on the remote', async () => {
    const failing = { npx: `${STATUS('[]')}; [[ $* != *affected* ]]` };
    const ran = await run('ci', { event: dispatch(), scripts: failing });
    expect(results(ran)).toMatchObject({ check: 'failure', data: 'success', done: 'failure' });
    const missing = await run('ci', { event: dispatch(), scripts: { npx: STATUS('["data/flights"]') } });
    expect(results(missing)).toMatchObject({ check: 'success', data: 'failure', done: 'failure' });
  });
});

const STATUS = (missing: string) => `if [[ $* == *'status --json'* ]]; then echo '{"not_in_remote":${missing}}'; fi`;

const TRAIN = (code: number) => `if [[ $* == 'platform train'* ]]; then
  while [ "$1" != --report ]; do shift; done
  echo '# the candidate beside the champion' > "$2"; echo two > apps/flights/dvc.lock; exit ${code}
fi`;
/** Knows the pull requests that it opened, by their branches. */
const GH = `case "$1 $2" in
  'pr list') cat "$STATE/opened" 2> /dev/null || true ;;
  'pr create') echo 7 > "$STATE/opened" ;;
esac`;

describe('train', () => {
  test('a dispatch leaves a pull request with dvc.lock and the report, and starts ci on it', async () => {
    const inputs = { pipelines: 'flights delays', reason: 'drift' };
    const ran = await run('train', { event: dispatch(), inputs, scripts: { npx: TRAIN(0), gh: GH } });
    expect(results(ran)).toEqual({ compare: 'skipped', candidate: 'success' });
    expect(calls('npx').map((call) => call.split(' --report')[0])).toEqual([
      'npx platform data pull',
      'npx platform train flights delays',
      'npx platform data push',
    ]);
    expect(ran.jobs[1]?.summary).toContain('# the candidate beside the champion');
    repository.git('fetch', '--quiet');
    expect(repository.git('show', 'origin/train/main:apps/flights/dvc.lock')).toBe('two');
    expect(repository.git('log', '-1', '--format=%s', 'origin/train/main')).toBe('feat: a candidate of flights delays');
    expect(calls('gh').map((call) => call.split(' ').slice(1, 3).join(' '))).toEqual([
      'auth setup-git',
      'pr list',
      'pr create',
      'pr list',
      'workflow run',
    ]);
    expect(calls('gh').at(-1)).toBe('gh workflow run ci.yml --ref train/main');
  });

  test('where the gate says no there is no pull request, and the report is told all the same', async () => {
    const ran = await run('train', { event: schedule(), scripts: { npx: TRAIN(8), gh: GH } });
    expect(results(ran)).toMatchObject({ candidate: 'failure' });
    expect(ran.jobs[1]?.summary).toContain('# the candidate beside the champion');
    expect(calls('gh')).toEqual([]);
    expect(calls('npx').some((call) => call.includes('data push'))).toBe(false);
  });

  test('a pull request is told how its candidate compares, and held where the gate says no', async () => {
    const held = await run('train', { event: pullRequest(), scripts: { npx: TRAIN(8) } });
    expect(results(held)).toEqual({ compare: 'failure', candidate: 'skipped' });
    expect(calls('npx').at(-1)).toBe('npx platform github comment --file report.md --marker train --pr 7');
    expect(results(await run('train', { event: pullRequest(), scripts: { npx: TRAIN(0) } }))).toMatchObject({
      compare: 'success',
    });
  });

  test('without a registry nothing is trained by the clock', async () => {
    const ran = await run('train', { event: schedule(), variables: {} });
    expect(results(ran)).toEqual({ compare: 'skipped', candidate: 'skipped' });
  });
});

describe('monitor', () => {
  const monitor = (code: number) => ({ npx: `if [[ $* == 'platform monitor'* ]]; then exit ${code}; fi` });

  test('drift starts a training, with the reason', async () => {
    const ran = await run('monitor', { event: schedule(), scripts: monitor(8) });
    expect(results(ran)).toEqual({ drift: 'success', retrain: 'success' });
    expect(calls('npx').at(-1)).toMatch(
      /^npx platform monitor flights --predictions s3:\/\/log --since \d{4}-\d\d-\d\d --report /,
    );
    expect(calls('gh')).toEqual([
      `gh workflow run train.yml --repo ${REPOSITORY} --field reason=drift of flights, run 1`,
    ]);
  });

  test('without drift nothing is started; an error is none', async () => {
    expect(results(await run('monitor', { event: schedule(), scripts: monitor(0) }))).toEqual({
      drift: 'success',
      retrain: 'skipped',
    });
    const broken = await run('monitor', { event: schedule(), scripts: monitor(5) });
    expect(results(broken)).toEqual({ drift: 'failure', retrain: 'skipped' });
  });
});

describe('promote', () => {
  test('makes a version the champion, and starts a deploy of it', async () => {
    const inputs = { model: 'flights', version: '3', reason: 'better on snow', force: true };
    const ran = await run('promote', { event: dispatch(), inputs });
    expect(ran.result).toBe('success');
    expect(calls('npx', 'gh')).toEqual([
      'npx platform models promote flights 3 --reason better on snow --force',
      'npx platform models history flights',
      'gh workflow run deploy.yml --field model=flights',
    ]);
  });

  test('where the gate says no nothing is deployed', async () => {
    const inputs = { model: 'flights', reason: 'weekly' };
    const ran = await run('promote', {
      event: dispatch(),
      inputs,
      scripts: { npx: '[[ $* != *promote* ]] || exit 8' },
    });
    expect(ran.result).toBe('failure');
    expect(calls('npx', 'gh')).toEqual(['npx platform models promote flights candidate --reason weekly']);
  });
});

const DIGEST = `sha256:${'d'.repeat(64)}`;
const ECR = '111111111111.dkr.ecr.eu-central-1.amazonaws.com/acme-dev/model-server';
const RELEASE = `if [[ $* == 'platform release create'* ]]; then echo '{}' > release.json; fi`;
const CLOUD = {
  pulumi: `if [ "$1 $2" = 'stack output' ]; then printf '{\\n"model-server": {"url": "${ECR}"}\\n}'; fi`,
  // Has an image once it was copied there.
  docker: `case "$3" in inspect) test -e "$STATE/copied" ;; create) touch "$STATE/copied" ;; esac`,
};

describe('deploy', () => {
  test('one image goes through all environments, each of which sees that it is the signed one', async () => {
    const approved: string[] = [];
    const approve = (environment: string) => approved.push(environment) > 0;
    const ran = await run('deploy', { event: dispatch(), approve, scripts: { ...CLOUD, npx: RELEASE } });
    expect(results(ran)).toEqual({
      'build / build': 'success',
      'dev / deploy': 'success',
      'staging / deploy': 'success',
      'prod / deploy': 'success',
    });
    expect(approved).toEqual(['dev', 'dev', 'staging', 'prod']);
    const deploys = calls('npx').filter((call) => call.startsWith('npx platform deploy'));
    expect(deploys.map((call) => call.split(' --report')[0])).toEqual(
      ['dev', 'staging', 'prod'].map(
        (stack) => `npx platform deploy --env ${stack} --release release.json --watch 300`,
      ),
    );
    const image = `ghcr.io/${REPOSITORY}/model-server@${DIGEST}`;
    const identity = `https://github.com/${REPOSITORY}/.github/workflows/build.yml@refs/heads/main`;
    expect(calls('cosign')[0]).toBe(`cosign sign --yes ${image}`);
    expect(calls('cosign').slice(1)).toEqual(
      Array(3).fill(
        `cosign verify ${image} --output text --certificate-oidc-issuer https://token.actions.githubusercontent.com --certificate-identity ${identity}`,
      ),
    );
    expect(calls('docker').filter((call) => call.includes('create'))).toEqual([
      `docker buildx imagetools create --prefer-index=false --tag ${ECR}:${'d'.repeat(64)} ${image}`,
    ]);
  });

  test('what does not hold in one environment goes to none after it; nor does what nobody approves', async () => {
    const npx = `${RELEASE}; [[ $* != *'--env staging'* ]] || exit 8`;
    expect(results(await run('deploy', { event: dispatch(), scripts: { ...CLOUD, npx } }))).toMatchObject({
      'dev / deploy': 'success',
      'staging / deploy': 'failure',
      prod: 'skipped',
    });
    const approve = (environment: string) => environment !== 'prod';
    const ran = await run('deploy', { event: dispatch(), approve, scripts: { ...CLOUD, npx: RELEASE } });
    expect(results(ran)).toMatchObject({ 'staging / deploy': 'success', 'prod / deploy': 'failure' });
    expect(calls('npx').some((call) => call.includes('--env prod'))).toBe(false);
  });

  test('what is not signed is not deployed', async () => {
    const cosign = `[ "$1" != verify ]`;
    const ran = await run('deploy', { event: dispatch(), scripts: { ...CLOUD, npx: RELEASE, cosign } });
    expect(results(ran)).toMatchObject({ 'dev / deploy': 'failure', staging: 'skipped', prod: 'skipped' });
    expect(calls('npx').some((call) => call.includes('platform deploy'))).toBe(false);
  });

  test('without a model the stacks are brought up to date; without a cloud nothing is', async () => {
    const event = { ...dispatch(), name: 'push' };
    const ran = await run('deploy', { event, variables: { ...VARIABLES, MODEL: '' } });
    expect(results(ran)).toMatchObject({ build: 'skipped', 'dev / deploy': 'success', 'prod / deploy': 'success' });
    expect(calls('npx')).toEqual(
      ['dev', 'staging', 'prod'].map((stack) => `npx nx run infra-aws:up --env ${stack} --yes`),
    );
    const bare = await run('deploy', { event, variables: {} });
    expect(results(bare)).toEqual({ build: 'skipped', dev: 'skipped', staging: 'skipped', prod: 'skipped' });
  });
});

test('a rollback brings the release before back, and the champion before where a model is named', async () => {
  const inputs = { environment: 'prod', reason: 'slow', model: 'flights' };
  const ran = await run('rollback', { event: dispatch(), inputs });
  expect(ran.jobs.map(({ environment, result }) => [environment, result])).toEqual([
    ['prod', 'success'],
    ['dev', 'success'],
  ]);
  expect(calls('npx').map((call) => call.split(' --report')[0])).toEqual([
    'npx platform deploy rollback --env prod --watch 60',
    'npx platform models rollback flights --reason slow',
  ]);
  await run('rollback', { event: dispatch(), inputs: { ...inputs, model: '' } });
  expect(calls('npx')).toHaveLength(1);
  await expect(run('rollback', { event: dispatch(), inputs: { ...inputs, environment: 'qa' } })).rejects.toThrow(
    'is one of',
  );
});

describe('stacks', () => {
  const plan = (stacks: string) => `if [[ $* == *'github plan'* ]]; then echo '{"stacks":${stacks}}'; exit; fi`;
  const two = '[{"project":"infra-aws","stack":"dev"},{"project":"infra-aws","stack":"prod"}]';

  test('a pull request has a preview of each stack that it touches, by the role that only reads', async () => {
    const npx = `${plan(two)}; while [ $# -gt 0 ]; do if [ "$1" = --markdown ]; then echo preview > "$2"; fi; shift; done`;
    const ran = await run('infra', { event: pullRequest(), scripts: { npx } });
    expect(results(ran)).toEqual({
      plan: 'success',
      'preview (infra-aws, dev)': 'success',
      'preview (infra-aws, prod)': 'success',
    });
    expect(ran.jobs[1]?.environment).toBeUndefined();
    expect(ran.jobs[1]?.steps.find(({ name }) => name.includes('login'))?.log).toContain('took on arn:reader');
    expect(calls('npx').at(-1)).toBe('npx platform github comment --file preview.md --marker infra-aws-prod --pr 7');
  });

  test('one that touches none has no preview', async () => {
    const ran = await run('infra', { event: pullRequest(), scripts: { npx: plan('[]') } });
    expect(results(ran)).toEqual({ plan: 'success', preview: 'skipped' });
  });

  test('each is compared with the cloud, and drift in one hides none of the others', async () => {
    const ran = await run('infra-drift', { event: schedule(), scripts: { npx: '[[ $* != *staging* ]] || exit 8' } });
    expect(results(ran)).toEqual({ 'drift (dev)': 'success', 'drift (staging)': 'failure', 'drift (prod)': 'success' });
  });

  test('a labelled pull request has its own, until it is closed or loses the label', async () => {
    const labels = [{ name: 'preview' }];
    const up = await run('preview-env', { event: pullRequest({ labels }, 'labeled') });
    expect(results(up)).toEqual({ up: 'success', down: 'skipped' });
    expect(
      calls('npx', 'pulumi')
        .filter((call) => !call.includes('login'))
        .map((call) => call.split(' --markdown')[0]),
    ).toEqual([
      'npx nx generate stack pr-7',
      'pulumi stack select pr-7 --create --cwd infra/aws --secrets-provider awskms://alias/pulumi-dev?region=eu-central-1',
      'npx nx run infra-aws:preview --env pr-7',
      'npx nx run infra-aws:up --env pr-7 --yes',
    ]);
    const down = await run('preview-env', { event: pullRequest({ labels }, 'closed') });
    expect(results(down)).toEqual({ up: 'skipped', down: 'success' });
    expect(calls('npx', 'pulumi').slice(-2)).toEqual([
      'npx nx run infra-aws:destroy --env pr-7 --yes',
      'pulumi stack rm pr-7 --cwd infra/aws --yes',
    ]);
    const other = await run('preview-env', { event: pullRequest({}, 'synchronize') });
    expect(results(other)).toEqual({ up: 'skipped', down: 'skipped' });
  });
});

describe('template-update', () => {
  const update = (conflicts: string, change: string, code = 0) => `if [[ $* == *update* ]]; then
  ${change}
  echo '{ "to": "0.9.0",'; echo '"files": { "conflicts": ${conflicts} } }'; exit ${code}
fi`;

  test('the newest template comes as a pull request; a draft, where there are conflicts', async () => {
    const npx = update('[{"path":"README.md","kind":"both"}]', 'echo new > README.md', 1);
    const ran = await run('template-update', { event: schedule(), scripts: { npx, gh: GH } });
    expect(ran.result).toBe('success');
    repository.git('fetch', '--quiet');
    expect(repository.git('show', 'origin/template-update:README.md')).toBe('new');
    expect(ran.jobs[0]?.summary).toBe(
      'Merges the template 0.9.0 into what the team has edited. Both changed README.md: resolve that here.\n',
    );
    expect(calls('gh').find((call) => call.includes('pr create'))).toContain('--draft');
  });

  test('without a newer one there is none', async () => {
    const ran = await run('template-update', { event: schedule(), scripts: { npx: update('[]', 'true'), gh: GH } });
    expect(ran.result).toBe('success');
    expect(calls('gh')).toEqual([]);
  });

  test('workflows can only be changed by a person, who is told', async () => {
    const npx = update('[]', 'echo "# new" >> .github/workflows/ci.yml');
    const ran = await run('template-update', { event: schedule(), scripts: { npx, gh: 'echo false' } });
    expect(ran.result).toBe('success');
    expect(calls('gh').at(-1)).toContain('gh issue create --title Update the template to 0.9.0');
    expect(calls('gh').some((call) => call.startsWith('gh pr create'))).toBe(false);
  });

  test('an update that fails is no pull request', async () => {
    const ran = await run('template-update', { event: schedule(), scripts: { npx: 'exit 5' } });
    expect(ran.result).toBe('failure');
  });
});
