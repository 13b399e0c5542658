import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkPipelines } from './check-pipelines.ts';
import { describeChecks } from './describe-checks.ts';

const MODULES = fileURLToPath(new URL('../../../../node_modules', import.meta.url));

let workspace: string;
beforeEach(async () => {
  workspace = await realpath(await mkdtemp(join(tmpdir(), 'workspace-')));
  await write('package.json', '{ "type": "module", "workspaces": ["apps/*"] }');
  await symlink(MODULES, join(workspace, 'node_modules'));
  await write('apps/sales/package.json', '{ "type": "module" }');
  await write('apps/sales/src/pipeline.ts', PIPELINE);
});
afterEach(() => rm(workspace, { recursive: true }));

const PIPELINE = `import { definePipeline, defineStep, json, spark } from '@ml-platform/pipeline';
import { z } from 'zod';
const params = z.strictObject({ rows: z.int().positive().default(10) });
const ingest = defineStep({ name: 'ingest', params, outputs: { rows: json() }, resources: { cpu: 2 }, run: () => import('./ingest.run.ts') });
const sum = defineStep({ name: 'sum', inputs: { rows: json() }, outputs: { total: json() }, run: spark('sum.py') });
export default definePipeline('sales', ({ add }) => void add(sum, { rows: add(ingest).rows }));
`;

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(workspace, path)), { recursive: true });
  await writeFile(join(workspace, path), text);
}

async function problems() {
  const [checked] = await checkPipelines(workspace, { targets: true });
  return checked?.problems.map(({ message }) => message.replaceAll(`${workspace}/`, ''));
}

test('says what a pipeline is made of and where it runs', async () => {
  await write('apps/sales/params.yaml', 'ingest: { rows: 20 }\n');
  await write('apps/sales/params.prod.yaml', 'ingest: { rows: 2000 }\n');
  await write('apps/sales/targets.yaml', 'dvc: {}\nargo: { images: { typescript: "a:1", python: "b:1" } }\n');
  await write('apps/sales/targets.prod.yaml', 'argo: { lake: s3://acme-lake/runs }\n');
  await write('apps/sales/targets.stage.yaml', 'argo: { lake: s3://acme-stage/runs }\n');
  expect(await checkPipelines(workspace, { targets: true })).toEqual([
    {
      file: 'apps/sales/src/pipeline.ts',
      name: 'sales',
      steps: 2,
      languages: ['python', 'typescript'],
      frameworks: ['spark'],
      environments: ['prod', 'stage'],
      targets: ['argo', 'dvc'],
      stores: ['s3://acme-lake/runs', 's3://acme-stage/runs'],
      problems: [],
    },
  ]);
});

test('a slip in the parameters of one environment is found, and one in all of them told once', async () => {
  await write('apps/sales/params.prod.yaml', 'ingest: { rows: -1 }\n');
  expect(await problems()).toEqual([expect.stringMatching(/^apps\/sales\/params\.prod\.yaml:1: ingest\.rows: /)]);
  await write('apps/sales/params.yaml', 'ingets: {}\n');
  expect(await problems()).toEqual(["apps/sales/params.yaml:1: ingets: pipeline 'sales' has no step of that name"]);
});

test.each([
  ['argo: { lake: 7 }\n', /targets\.yaml: argo\.lake: /],
  [
    'argo: { lake: s3://acme/runs, images: { typescript: "a:1", python: "b:1" }, submit: { address: x } }\n',
    /targets\.yaml: argo\.submit\.url: /,
  ],
  ['agro: {}\n', /^there is no target 'agro'$/],
  ['argo: [\n', /^apps\/sales\/targets\.yaml:\d: /],
  ['- argo\n', /^apps\/sales\/targets\.yaml: expected a section per target$/],
])('targets.yaml with %j is wrong', async (text, message) => {
  await write('apps/sales/targets.yaml', text);
  expect(await problems()).toEqual([expect.stringMatching(message)]);
});

const REGISTERING = PIPELINE.replace(
  "name: 'sum'",
  "params: z.strictObject({ modelName: z.string().default('sold'), modelsFolder: z.string().default('models'), alias: z.string().default('champion') }), name: 'sum'",
);

test.each([
  ['model: sold\nmetrics: { auc: { better: higher, atLeast: 0.6 } }\n', undefined],
  [
    'model: sould\nmetrics: { auc: { better: higher, atLeast: 0.6 } }\n',
    /gate\.yaml: model: pipeline 'sales' registers no/,
  ],
  [
    'model: sold\nmetrics:\n  auc: { better: higher, atLast: 0.6 }\n',
    /gate\.yaml:3: metrics\.auc\.atLast: no such key/,
  ],
])('gate.yaml with %j', async (text, message) => {
  await write('apps/sales/src/pipeline.ts', REGISTERING);
  await write('apps/sales/gate.yaml', text);
  expect(await problems()).toEqual(message === undefined ? [] : [expect.stringMatching(message)]);
});

test('a definition that is wrong hides neither its targets nor another pipeline', async () => {
  await write('apps/sales/src/pipeline.ts', PIPELINE.replace("name: 'sum'", "name: 'test'"));
  await write('apps/sales/targets.yaml', 'vertex: { root: gs://acme-lake/runs }\n');
  await write('apps/churn/package.json', '{ "type": "module" }');
  await write('apps/churn/src/pipeline.ts', PIPELINE.replace("'sales'", "'churn'"));
  const [churn, sales, ...others] = await checkPipelines(workspace, { targets: true });
  expect(churn).toMatchObject({ name: 'churn', problems: [] });
  expect(sales).toMatchObject({ steps: 0, targets: ['vertex'], stores: ['gs://acme-lake/runs'] });
  expect(sales?.problems).toEqual([expect.objectContaining({ message: expect.stringContaining("'test'") })]);
  expect(others).toEqual([]);
});

test('for a person, each problem stands below its pipeline', async () => {
  await write('apps/sales/params.yaml', 'ingets: {}\n');
  const pipelines = await checkPipelines(workspace, { targets: true });
  expect(describeChecks({ pipelines }).replaceAll(`${workspace}/`, '')).toBe(
    "sales  2 steps\n  error: apps/sales/params.yaml:1: ingets: pipeline 'sales' has no step of that name\n" +
      "  hint:  did you mean 'ingest'?\n",
  );
  await rm(join(workspace, 'apps/sales/params.yaml'));
  expect(describeChecks({ pipelines: await checkPipelines(workspace, { targets: true }) })).toBe(
    'sales  2 steps; all right\n',
  );
  expect(describeChecks({ pipelines: [] })).toBe('this workspace has no pipeline yet\n');
});
