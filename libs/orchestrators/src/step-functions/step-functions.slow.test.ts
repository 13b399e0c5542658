import { fileURLToPath } from 'node:url';
import { type PipelineDocument, pythonEnvironment } from '@ml-platform/pipeline';
import { execa } from 'execa';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { FEATURES, type Feature } from '../features.ts';
import { SHAPES } from '../aws/testing/python-path.ts';
import { compile } from '../target.ts';
import { documentsWith, stressDocument } from '../testing/documents.ts';
import type { StepFunctionsSettings } from './settings.ts';
import { MACHINE_FILE, SCHEDULE_FILE, stepFunctions } from './step-functions.ts';
import { type Request, runLocally } from './testing/run-locally.ts';
import { ON_EC2, on, SETTINGS } from './testing/settings.ts';

// The same botocore as SageMaker's own compiler is checked by.
const REQUIREMENTS = fileURLToPath(new URL('../sagemaker/testing/requirements.txt', import.meta.url));
const VALIDATE = fileURLToPath(new URL('./testing/validate.py', import.meta.url));

let python: string;
beforeAll(async () => {
  python = await pythonEnvironment(REQUIREMENTS);
}, 600_000);

/** What botocore's models of the services find wrong with each. */
async function problemsOf(requests: readonly Request[]): Promise<string[][]> {
  const input = JSON.stringify(requests.map(({ resource, parameters }) => [resource, parameters]));
  const { stdout } = await execa(python, [VALIDATE], { input, env: SHAPES });
  return JSON.parse(stdout) as string[][];
}

/** All that an execution asks services for, where each gate says yes. */
async function requestsOf(document: PipelineDocument, settings: StepFunctionsSettings): Promise<Request[]> {
  const files = compile(stepFunctions, document, settings);
  const requests: Request[] = [];
  const metrics = JSON.stringify({ 'a u.c': 2, level: 2, deficit: 0 });
  await runLocally(
    files.get(MACHINE_FILE) ?? '',
    { params: { 'step-0': { rate: 0.5 } } },
    {
      job: async (_, request) => void requests.push(request),
      object: (parameters) => {
        requests.push({ resource: 'arn:aws:states:::aws-sdk:s3:getObject', parameters });
        return parameters.Key.endsWith('metrics.json') ? metrics : '[1, 2]';
      },
    },
  );
  const schedule = files.get(SCHEDULE_FILE);
  return [...requests, ...(schedule ? [{ resource: 'schedule', parameters: JSON.parse(schedule) as object }] : [])];
}

const without = (...features: readonly Feature[]) => FEATURES.filter((feature) => !features.includes(feature));

const FORMS: readonly (readonly [what: string, settings: StepFunctionsSettings, features: readonly Feature[]])[] = [
  ['batch', SETTINGS, FEATURES],
  ['sagemaker', on('sagemaker'), FEATURES],
  ['fargate', on('ecs'), without('accelerator')],
  ['ec2', ON_EC2, FEATURES],
  ['lambda', on('lambda'), without('accelerator', 'disk', 'spot', 'timeout')],
];

test.each(FORMS)('AWS takes all that random pipelines ask for on %s', async (_, settings, features) => {
  const documents = fc.sample(documentsWith(features), { numRuns: 30, seed: 11 });
  const requests = (await Promise.all(documents.map((document) => requestsOf(document, settings)))).flat();
  expect(requests.length).toBeGreaterThan(50);
  expect((await problemsOf(requests)).flat()).toEqual([]);
});

test('AWS takes all that the stress pipeline asks for', async () => {
  const document = await stressDocument();
  for (const settings of [SETTINGS, on('sagemaker'), ON_EC2]) {
    const requests = await requestsOf(document, settings);
    // A task per step and item, the files that gates and the loop read, and the schedule.
    expect(requests.length).toBeGreaterThan(45);
    expect(requests.map(({ resource }) => resource)).toContain('schedule');
    expect((await problemsOf(requests)).flat()).toEqual([]);
  }
});

const MUTATIONS: readonly (readonly [what: string, form: number, from: RegExp, to: string, problem: RegExp])[] = [
  ['an unknown key', 0, /"JobQueue"/, '"Queue"', /unknown Queue/],
  ['a kind of resource that is none', 0, /"VCPU"/, '"CPU"', /is CPU/],
  ['a text for a number', 0, /"Attempts":(\d)/, '"Attempts":"$1"', /Invalid type.*attempts/s],
  ['a name that is too long', 1, /"ProcessingJobName":"/, `$&${'x'.repeat(28)}`, /ProcessingJobName/],
  ['a machine that is none', 1, /"ml\.m5\.large"/, '"ml.m5.tiny"', /is ml\.m5\.tiny/],
  ['an argument that is too long', 1, /"--step"/, `"${'x'.repeat(257)}"`, /has 257/],
  ['a way to launch that is none', 2, /"FARGATE"/, '"CLOUD"', /is CLOUD/],
  ['no subnets', 2, /"Subnets"/, '"Nets"', /unknown Nets/],
  ['an unknown key of a container', 3, /"Command"/, '"Words"', /unknown Words/],
  ['no function', 4, /"FunctionName":"[^"]*",/, '', /Missing required parameter.*FunctionName/s],
];

test('what AWS would not take is found', async () => {
  for (const [what, form, from, to, problem] of MUTATIONS) {
    const [, settings, features] = FORMS[form] ?? ['', SETTINGS, FEATURES];
    const documents = fc.sample(documentsWith(features), { numRuns: 10, seed: 11 });
    const requests = (await Promise.all(documents.map((document) => requestsOf(document, settings)))).flat();
    const changed = requests.map(({ resource, parameters }) => {
      return { resource, parameters: JSON.parse(JSON.stringify(parameters).replace(from, to)) as object };
    });
    expect(changed, what).not.toEqual(requests);
    expect((await problemsOf(changed)).flat().join('\n'), what).toMatch(problem);
  }
});
