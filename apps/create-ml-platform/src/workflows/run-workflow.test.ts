import { afterEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { runWorkflow } from './run-workflow.ts';
import { type ScratchRepository, scratchRepository } from './scratch-repository.ts';
import { standInsFor } from './stand-ins.ts';
import type { Settings, WorkflowRun } from './workflow-run.ts';

let repository: ScratchRepository | undefined;
afterEach(() => {
  repository?.remove();
  repository = undefined;
});

const ONE = '.github/workflows/one.yml';
const CALLED = '.github/workflows/called.yml';
const GREET = '.github/actions/greet/action.yml';
const AT = '0'.repeat(40);
const CHECKOUT = { uses: `actions/checkout@${AT}` };

/** An expression. */
const get = (text: string) => `\${{ ${text} }}`;
const job = (steps: readonly object[], more: object = {}) => ({ 'runs-on': 'ubuntu-24.04', ...more, steps });
const workflow = (jobs: object) => ({ name: 'one', on: ['push', 'workflow_dispatch'], permissions: {}, jobs });
const results = ({ jobs }: WorkflowRun) => Object.fromEntries(jobs.map(({ name, result }) => [name, result]));

/** Runs the first of these files, on a push that brings a second commit. */
async function run(files: Record<string, object>, more: Partial<Settings> = {}): Promise<WorkflowRun> {
  repository?.remove();
  repository = scratchRepository(new Map(Object.entries(files).map(([path, content]) => [path, stringify(content)])));
  const sha = repository.push('feat: more', new Map([['more.txt', 'more']]));
  const event = { name: 'push', payload: {}, ref: 'refs/heads/main', sha };
  const actions = standInsFor(repository.remote, event, `${repository.clone}/../artifacts`);
  const env = { PATH: process.env.PATH ?? '', HOME: repository.clone };
  return runWorkflow({ repository: repository.remote, workflow: ONE, event, actions, env, ...more });
}

const runJobs = (jobs: object) => run({ [ONE]: workflow(jobs) });

test('outputs, variables and paths go from step to step, and from job to job', async () => {
  const say = `
echo "word=hello" >> "$GITHUB_OUTPUT"
printf 'lines<<END\\na\\nb\\nEND\\n' >> "$GITHUB_ENV"
mkdir "$RUNNER_TEMP/bin" && echo "$RUNNER_TEMP/bin" >> "$GITHUB_PATH"
printf '#!/bin/sh\\necho from the path' > "$RUNNER_TEMP/bin/tool" && chmod +x "$RUNNER_TEMP/bin/tool"`;
  const use = `tool; echo "$lines" | tr '\\n' '-'; echo '# done' >> "$GITHUB_STEP_SUMMARY"`;
  const { jobs, result } = await runJobs({
    first: job([{ id: 'say', run: say }, { run: use }], { outputs: { word: get('steps.say.outputs.word') } }),
    second: job([{ run: `echo "${get('needs.first.outputs.word')} on $GITHUB_REF_NAME"` }], { needs: 'first' }),
  });
  expect(result).toBe('success');
  expect(jobs[0]?.steps[1]?.log).toBe('from the path\na-b-\n');
  expect(jobs[0]?.summary).toBe('# done\n');
  expect(jobs[1]?.steps[0]?.log).toBe('hello on main\n');
});

test('after a failure only what asks for it goes on, and what needs a skipped job is skipped', async () => {
  const steps = [
    { run: 'exit 3' },
    { run: 'echo never' },
    { if: 'failure()', run: 'echo told' },
    { if: get('!cancelled()'), run: 'echo always' },
  ];
  const echo = [{ run: 'echo' }];
  const ran = await runJobs({
    a: job(steps),
    b: job(echo, { needs: 'a' }),
    c: job(echo, { needs: 'b', if: 'always()' }),
    d: job(echo, { needs: 'c' }),
  });
  expect(ran.result).toBe('failure');
  expect(results(ran)).toEqual({ a: 'failure', b: 'skipped', c: 'success', d: 'skipped' });
  expect(ran.jobs[0]?.steps.map(({ conclusion }) => conclusion)).toEqual(['failure', 'skipped', 'success', 'success']);
});

test('pipes fail with bash by name alone, as on GitHub', async () => {
  const { jobs } = await runJobs({ a: job([{ run: 'false | true' }, { run: 'false | true', shell: 'bash' }]) });
  expect(jobs[0]?.steps.map(({ outcome }) => outcome)).toEqual(['success', 'failure']);
});

test('a step that may fail, does, and the job goes on', async () => {
  const failing = { id: 'a', run: 'exit 1', 'continue-on-error': true };
  const asking = { run: `echo ${get('steps.a.outcome')} ${get('steps.a.conclusion')}` };
  const { result, jobs } = await runJobs({ a: job([failing, asking]) });
  expect(result).toBe('success');
  expect(jobs[0]?.steps[1]?.log).toBe('failure success\n');
});

test.each([
  [true, 'cancelled'],
  [false, 'success'],
])('a matrix is its combinations; after one that fails, with fail-fast %s the next is %s', async (failFast, next) => {
  const matrix = { include: get(`fromJSON('[{"stack":"dev"},{"stack":"prod"}]')`) };
  const step = { run: 'test "$STACK" = prod', env: { STACK: get('matrix.stack') } };
  const ran = await runJobs({ a: job([step], { strategy: { 'fail-fast': failFast, matrix } }) });
  expect(results(ran)).toEqual({ 'a (dev)': 'failure', 'a (prod)': next });
});

test("an action of the repository's own has its inputs, defaults and outputs; it needs the checkout", async () => {
  const say = {
    id: 'say',
    shell: 'bash',
    env: { WHO: get('inputs.who') },
    run: 'echo "said=hello $WHO" >> "$GITHUB_OUTPUT"',
  };
  const greet = {
    name: 'greet',
    description: 'says hello',
    inputs: { who: { description: 'whom', default: get('github.actor') } },
    outputs: { said: { description: 'what', value: get('steps.say.outputs.said') } },
    runs: { using: 'composite', steps: [say] },
  };
  const uses = [{ id: 'greet', uses: './.github/actions/greet' }, { run: `echo ${get('steps.greet.outputs.said')}` }];
  const ran = await run({ [ONE]: workflow({ a: job([CHECKOUT, ...uses]) }), [GREET]: greet });
  expect(ran.jobs[0]?.steps[2]?.log).toBe('hello octocat\n');
  const without = await run({ [ONE]: workflow({ a: job(uses) }), [GREET]: greet });
  expect(without.jobs[0]?.steps[0]).toMatchObject({
    outcome: 'failure',
    log: expect.stringContaining('is the repository checked out'),
  });
});

const called = (permissions: object) => ({
  name: 'called',
  on: {
    workflow_call: {
      inputs: { stack: { type: 'string', required: true } },
      outputs: { url: { value: get('jobs.deploy.outputs.url') } },
    },
  },
  permissions: {},
  jobs: {
    deploy: job([{ id: 'up', run: `echo "url=${get('vars.DOMAIN')}/$GITHUB_JOB" >> "$GITHUB_OUTPUT"` }], {
      permissions,
      environment: get('inputs.stack'),
      outputs: { url: get('steps.up.outputs.url') },
    }),
  },
});
const caller = workflow({
  prod: { uses: `./${CALLED}`, permissions: { contents: 'read' }, with: { stack: 'prod' } },
  after: job([{ run: `echo ${get('needs.prod.outputs.url')}` }], { needs: 'prod' }),
});

test('a called workflow has inputs and outputs, and the variables of its environment', async () => {
  const environmentVariables = { prod: { DOMAIN: 'acme.example' } };
  const { jobs } = await run({ [ONE]: caller, [CALLED]: called({ contents: 'read' }) }, { environmentVariables });
  expect(jobs.map(({ name }) => name)).toEqual(['prod / deploy', 'after']);
  expect(jobs[0]).toMatchObject({ environment: 'prod', permissions: { contents: 'read' } });
  expect(jobs[1]?.steps[0]?.log).toBe('acme.example/deploy\n');
});

test('it gets no more rights than its caller has; a reviewer may say no', async () => {
  await expect(run({ [ONE]: caller, [CALLED]: called({ contents: 'write' }) })).rejects.toThrow(
    'a called workflow asks for contents: write, its caller has read',
  );
  const refused = await run({ [ONE]: caller, [CALLED]: called({ contents: 'read' }) }, { approve: () => false });
  expect(results(refused)).toEqual({ 'prod / deploy': 'failure', after: 'skipped' });
});

test('what GitHub would refuse is refused: a wrong key, an unknown input, an action without a stand-in', async () => {
  await expect(runJobs({ a: { 'runs-on': 'ubuntu-24.04', step: [] } })).rejects.toThrow("Unexpected value 'step'");
  const fine = { [ONE]: workflow({ a: job([{ run: 'echo' }]) }) };
  await expect(run(fine, { inputs: { who: 'me' } })).rejects.toThrow("there is no input 'who'");
  const unknown = runJobs({ a: job([{ uses: `other/action@${AT}` }]) });
  await expect(unknown).rejects.toThrow('nothing stands in for other/action');
});

test('an artifact of one job is there for another; a checkout has the one commit unless it asks for more', async () => {
  const count = { run: 'git rev-list --count HEAD >> count.txt' };
  const all = { ...CHECKOUT, with: { 'fetch-depth': 0 } };
  const upload = { uses: `actions/upload-artifact@${AT}`, with: { name: 'count', path: 'count.txt' } };
  const download = { uses: `actions/download-artifact@${AT}`, with: { name: 'count' } };
  const { jobs } = await runJobs({
    a: job([CHECKOUT, count, upload]),
    b: job([all, download, count, { run: 'cat count.txt' }], { needs: 'a' }),
  });
  expect(jobs[1]?.steps[3]?.log).toBe('1\n2\n');
});
