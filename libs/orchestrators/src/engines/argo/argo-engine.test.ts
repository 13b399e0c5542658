import { afterEach, beforeEach, expect, test } from 'vitest';
import { command } from '../testing/command.ts';
import { type Handlers, type PublishedServer, publishedServer } from '../testing/published-server.ts';
import { type SalesProject, salesProject } from '../testing/sales-project.ts';
import { seenSteps, stepOfPod } from './workflow-nodes.ts';

const RUN = 'sales-7xk2p';
const at = (second: number) => `2026-01-31T06:30:${String(second).padStart(2, '0')}Z`;
const node = (displayName: string, phase: string, [from, to]: readonly [number, number?], more: object = {}) => ({
  id: `${RUN}-${displayName}`,
  name: `${RUN}.${displayName}`,
  displayName,
  templateName: displayName,
  type: 'Pod',
  phase,
  startedAt: at(from),
  ...(to !== undefined && { finishedAt: at(to) }),
  ...more,
});

let server: PublishedServer;
let project: SalesProject;
/** Looks at the run, one after the other; the last one stays. */
let looks: object[];
let handlers: Handlers;
let shutdown: string | undefined;

beforeEach(async () => {
  looks = [];
  shutdown = undefined;
  const get = () => {
    const [status] = looks.length > 1 ? looks.splice(0, 1) : looks;
    if (status === undefined)
      return { status: 404, json: { code: 5, message: `workflows.argoproj.io "${RUN}" not found` } };
    const spec = shutdown === undefined ? {} : { shutdown };
    return { json: { metadata: { name: RUN, namespace: 'ml' }, spec, status } };
  };
  handlers = {
    WorkflowService_CreateWorkflow: ({ headers, body }) => {
      if (headers.authorization !== 'Bearer sesame')
        return { status: 401, json: { code: 16, message: 'token not valid' } };
      const { workflow } = body as { workflow: { metadata: object; spec: object } };
      return { json: { ...workflow, metadata: { ...workflow.metadata, name: RUN } } };
    },
    WorkflowService_GetWorkflow: get,
    WorkflowService_WorkflowLogs: () => ({
      text: [
        { result: { content: 'reading', podName: `${RUN}-ingest-123` } },
        { result: { content: 'trial 1', podName: `${RUN}-train-456` } },
        { result: { content: 'done', podName: `${RUN}-train-456` } },
      ]
        .map((line) => JSON.stringify(line))
        .join('\n'),
    }),
  };
  server = await publishedServer(['argo'], handlers);
  project = await salesProject(`argo:
  lake: file:///LAKE/runs
  namespace: ml
  images: { typescript: acme/steps:1, python: acme/steps:1 }
  spot: { nodeSelector: { capacity: spot } }
  submit: { url: "${server.url}" }
`);
  await project.write({
    'targets.prod.yaml': `argo: { lake: "file://${project.folder}/lake/runs" }\n`,
    'params.prod.yaml': 'train: { trials: 50 }\n',
  });
});
afterEach(async () => {
  await project.remove();
  await server.close();
});

const argo = (name: 'submit' | 'status' | 'logs', ...args: string[]) =>
  command(project, { ARGO_TOKEN: 'sesame' }, name, '--target', 'argo', '--env', 'prod', ...args);

test('a workflow is created with the parameters of the run, and followed to its end', async () => {
  const ingest = node('ingest', 'Succeeded', [0, 9]);
  looks = [
    { phase: 'Running', nodes: { a: node('ingest', 'Running', [0]) } },
    {
      phase: 'Running',
      nodes: {
        a: ingest,
        b: node('train', 'Running', [10], { type: 'Retry' }),
        c: node('train(0)', 'Failed', [10, 11]),
      },
    },
    {
      phase: 'Succeeded',
      nodes: {
        a: ingest,
        b: node('train', 'Succeeded', [10, 30]),
        d: node('publish', 'Skipped', [30, 30], { type: 'Skipped', message: "when 'false' evaluated false" }),
      },
    },
  ];
  const { exitCode, stdout, stderr } = await argo('submit', '--param', 'limit=3', '--wait');
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toContain(`run ${RUN}\n${server.url}/workflows/ml/${RUN}\ningest: running since`);
  expect(stdout).toContain('ingest: succeeded in 9 s\ntrain: running');
  expect(stdout).toContain("train: succeeded in 20 s\npublish: skipped: when 'false' evaluated false");
  const { workflow } = (server.requests[0]?.body ?? {}) as {
    workflow: { metadata: object; spec: { arguments: { parameters: { value: string }[] } } };
  };
  expect(workflow.metadata).toMatchObject({ generateName: 'sales-', namespace: 'ml' });
  const { ingest: given, train } = JSON.parse(workflow.spec.arguments.parameters[0]?.value ?? '');
  expect([given.limit, train]).toEqual([3, { trials: 50 }]);
  expect(given.customers).toMatch(new RegExp(`^file://${project.folder}/lake/raw/[0-9a-f]{16}/customers.csv$`));
});

test('a run that fails is code 8, one that was stopped says so', async () => {
  const nodes = { a: node('ingest', 'Failed', [0, 4], { message: 'OOMKilled (exit code 137)' }) };
  looks = [{ phase: 'Failed', message: 'child failed', nodes }];
  const failed = await argo('submit', '--wait', '--json');
  expect(failed.exitCode).toBe(8);
  expect(JSON.parse(failed.stdout).steps[1]).toEqual({
    step: 'train',
    state: 'skipped',
    reason: 'the run ended before it',
  });
  expect(failed.stderr).toContain(`error: run ${RUN} has failed: ingest: failed in 4 s: OOMKilled (exit code 137)`);
  looks = [{ phase: 'Failed', message: 'Stopped with strategy Stop' }];
  shutdown = 'Stop';
  const stopped = await argo('submit', '--wait');
  expect(stopped.exitCode).toBe(8);
  expect(stopped.stderr).toContain(`error: run ${RUN} was stopped: Stopped with strategy Stop`);
});

test('logs of all steps, and of one', async () => {
  looks = [{ phase: 'Running', nodes: {} }];
  expect((await argo('logs', '--run', RUN)).stdout).toBe('[ingest] reading\n[train] trial 1\n[train] done');
  expect((await argo('logs', '--run', RUN, '--step', 'ingest')).stdout).toBe('[ingest] reading');
  looks = [
    { phase: 'Running', nodes: {} },
    { phase: 'Running', nodes: {} },
    { phase: 'Running', nodes: {} },
    { phase: 'Succeeded', nodes: {} },
  ];
  expect((await argo('logs', '--run', RUN, '--step', 'train', '--follow')).stdout).toBe(
    '[train] trial 1\n[train] done',
  );
  expect((await argo('logs', '--run', RUN, '--step', 'trian')).stderr).toContain(
    "there is no step 'trian'\nhint:  did you mean 'train'?",
  );
});

test('nobody signed in, nobody there, and no such run', async () => {
  const stranger = await command(project, { ARGO_TOKEN: '' }, 'submit', '--target', 'argo', '--env', 'prod');
  expect(stranger.exitCode).toBe(5);
  expect(stranger.stderr).toContain(
    'Argo refuses POST /api/v1/workflows/ml (401): token not valid\nhint:  set ARGO_TOKEN',
  );
  const unknown = await argo('status', '--run', 'nowhere');
  expect([unknown.exitCode, unknown.stderr]).toEqual([
    7,
    expect.stringContaining("there is no workflow 'nowhere' in namespace 'ml'"),
  ]);
  await project.write({ 'targets.prod.yaml': 'argo: { submit: { url: "http://127.0.0.1:1" } }\n' });
  const nobody = await argo('status', '--run', RUN);
  expect([nobody.exitCode, nobody.stderr]).toEqual([
    5,
    expect.stringContaining("Argo can't be reached at http://127.0.0.1:1"),
  ]);
});

test('a step over a list is its items and what puts them together', () => {
  const steps = [
    { name: 'each', forEach: { param: 'p', from: { step: 'list', output: 'rows' } } },
    { name: 'each-items' },
  ];
  const document = {
    ...project.document,
    steps: steps.map((step) => ({ ...project.document.steps[0], ...step })),
  } as typeof project.document;
  const nodes = [
    node('each-items', 'Succeeded', [0, 5]),
    node('each-items-x', 'Succeeded', [1, 9]),
    node('each', 'Pending', [9]),
  ];
  expect(seenSteps(document, nodes, RUN).get('each')?.state).toBe('running');
  expect(seenSteps(document, nodes, RUN).get('each-items')).toMatchObject({
    state: 'succeeded',
    endedAt: new Date(at(5)),
  });
  expect(stepOfPod(document, RUN, `${RUN}-each-items-x-12`)).toBe('each');
  expect(stepOfPod(document, RUN, `${RUN}-each-items-12`)).toBe('each-items');
});
