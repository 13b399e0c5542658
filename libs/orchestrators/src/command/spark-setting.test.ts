import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkDocument } from '@ml-platform/pipeline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { targetOf } from './targets.ts';

const GLUE = 'glue://spark?region=eu-west-1';
const IMAGES = 'images: { typescript: acme/steps:1, python: acme/steps:1 }';
const ROLE = 'role: "arn:aws:iam::123456789012:role/pipelines"';
const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/steps:1';

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'spark-setting-'));
});
afterEach(() => rm(project, { recursive: true }));

const document = checkDocument({
  version: '1.0',
  name: 'sales',
  params: {},
  steps: [
    {
      name: 'aggregate',
      runner: { language: 'python', module: 'src/a.py', requirements: 'requirements.txt', on: 'spark' },
      paramsKey: 'aggregate',
      inputs: {},
      outputs: {},
    },
  ],
});

async function compiled(target: string, section: string): Promise<string> {
  await writeFile(join(project, 'targets.yaml'), `${target}:\n  ${section}\n`);
  const files = targetOf(target).compile({ document, project, workspace: project }, {});
  return [...files.values()].join('\n');
}

test.each([
  [
    'argo',
    `lake: s3://lake/runs\n  ${IMAGES}`,
    /command:\n\s+- run-step\n\s+- --spark\n\s+- glue:\/\/spark\?region=eu-west-1\n/,
  ],
  [
    'airflow-kubernetes',
    `lake: s3://lake/runs\n  ${IMAGES}\n  namespace: x`,
    /"run-step",\s+"--spark",\s+"glue:\/\/spark\?region=eu-west-1"/,
  ],
  [
    'step-functions',
    'lake: s3://lake/runs\n  batch: { queue: jobs, jobDefinitions: { typescript: steps, python: steps } }',
    /run-step.*--spark.*glue:\/\/spark\?region=eu-west-1/,
  ],
  [
    'sagemaker',
    `lake: s3://lake/runs\n  ${ROLE}\n  images: { typescript: "${ECR}", python: "${ECR}" }`,
    /"run-step",\s+"--spark",\s+"glue:\/\/spark\?region=eu-west-1"/,
  ],
])('%s: the runner is told of the service', async (target, section, words) => {
  expect(await compiled(target, `spark: "${GLUE}"\n  ${section}`)).toMatch(words);
  const plain = await compiled(target, section);
  expect(plain).not.toContain('--spark');
});

test('Vertex AI names places in Cloud Storage to a service, and folders to other steps', async () => {
  const section = `project: acme\n  location: europe-west4\n  root: gs://lake/runs\n  ${IMAGES}`;
  const told = await compiled('vertex', `spark: dataproc://acme/europe-west4\n  ${section}`);
  expect(told).toContain('--spark');
  expect(told).toContain(`{{$.outputs.artifacts['step-artifacts'].uri}}`);
  expect(told).not.toContain('.path}}');
  expect(await compiled('vertex', section)).toContain(`{{$.outputs.artifacts['step-artifacts'].path}}`);
});

test('a command of one’s own stays before it', async () => {
  const section = `spark: "${GLUE}"\n  command: [node, run-step]\n  lake: s3://lake/runs\n  ${IMAGES}`;
  expect(await compiled('argo', section)).toMatch(/- node\n\s+- run-step\n\s+- --spark\n/);
});

test.each([
  ['kubeflow', IMAGES],
  ['dvc', 'submit: {}'],
  ['airflow', 'submit: {}'],
])('%s hands artifacts on in folders, and says so', async (target, section) => {
  await expect(compiled(target, `spark: "${GLUE}"\n  ${section}`)).rejects.toMatchObject({
    code: 'config',
    message: expect.stringContaining(
      `${target}.spark: a Spark service reads and writes an object store, and here artifacts are handed on in folders`,
    ),
  });
});

test('another service, and other mistakes beside it, are named by their keys', async () => {
  await expect(compiled('argo', 'spark: livy://host\n  lake: 7')).rejects.toMatchObject({
    code: 'config',
    message: expect.stringMatching(/argo\.lake: .*\n\s+argo\.images: .*\n\s+argo\.spark: expected emr-serverless:\/\//),
  });
  await expect(compiled('argo', '[]')).rejects.toMatchObject({ code: 'config' });
});

test('what SageMaker would cut off is refused', async () => {
  const section = `spark: "${GLUE}&conf.spark.a=${'x'.repeat(256)}"\n  lake: s3://lake/runs\n  ${ROLE}\n  images: { typescript: "${ECR}", python: "${ECR}" }`;
  await expect(compiled('sagemaker', section)).rejects.toMatchObject({
    code: 'config',
    message: expect.stringContaining(
      'sagemaker.spark is 299 characters long; a word of a command has at most 256 (source:',
    ),
  });
});
