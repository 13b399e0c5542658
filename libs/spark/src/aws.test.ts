import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openSpark } from './open-spark.ts';
import { ID, jobIn } from './testing/job.ts';
import { type Answer, httpServer, type PublishedServer } from './testing/published-server.ts';

const ROLE = 'arn:aws:iam::123456789012:role/spark';
const FOLDER = 's3://lake/runs/7/jobs/aggregate/1';

let answer: Answer;
let server: PublishedServer;
beforeEach(async () => {
  server = await httpServer(() => answer);
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIA');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const emr = (more = '') => openSpark(`emr-serverless://00f1?role=${ROLE}&region=eu-west-1${more}`);
const glue = (more = '') => openSpark(`glue://spark%20jobs?region=eu-west-1${more}`);

test('EMR Serverless: a job is one signed request', async () => {
  answer = { json: { applicationId: '00f1', jobRunId: '00r1', arn: 'arn' } };
  const conf = '&conf.spark.executor.memory=8g&conf.spark.app.title=All+"flights"';
  expect(await emr(conf).start(jobIn(FOLDER, { timeout: 90 }))).toBe('00r1');
  const [{ method, url, body, headers } = never()] = server.requests;
  expect([method, url.pathname]).toEqual(['POST', '/applications/00f1/jobruns']);
  expect(headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIA\/\d{8}\/eu-west-1\/emr-serverless\/aws4_request, SignedHeaders=content-type;host;/,
  );
  expect(body).toEqual({
    name: 'sales-aggregate',
    clientToken: ID,
    executionRoleArn: ROLE,
    jobDriver: {
      sparkSubmit: {
        entryPoint: `${FOLDER}/aggregate.py`,
        entryPointArguments: ['--step-context', `${FOLDER}/context.json`],
        sparkSubmitParameters: `--py-files ${FOLDER}/modules.zip --conf spark.executor.memory=8g --conf "spark.app.title=All \\"flights\\""`,
      },
    },
    configurationOverrides: { monitoringConfiguration: { s3MonitoringConfiguration: { logUri: `${FOLDER}/logs/` } } },
    executionTimeoutMinutes: 5,
  });
});

test('EMR Serverless: a state with its reason; a stop', async () => {
  answer = { json: { jobRun: { state: 'FAILED', stateDetails: 'out of memory' } } };
  expect(await emr().look('00r1')).toEqual({ name: 'FAILED', ended: 'failed', reason: 'out of memory' });
  answer = { json: { applicationId: '00f1', jobRunId: '00r1' } };
  await emr().stop('00r1');
  expect(server.requests.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
    'GET /applications/00f1/jobruns/00r1',
    'DELETE /applications/00f1/jobruns/00r1',
  ]);
});

test('Glue: a run of a job with another script', async () => {
  answer = { json: { JobRunId: 'jr_1' } };
  expect(await glue('&worker=G.1X&workers=4&conf.spark.a=1&conf.spark.b=2').start(jobIn(FOLDER, { timeout: 90 }))).toBe(
    'jr_1',
  );
  const [{ body, headers } = never()] = server.requests;
  expect([headers['x-amz-target'], headers['content-type']]).toEqual([
    'AWSGlue.StartJobRun',
    'application/x-amz-json-1.1',
  ]);
  expect(headers.authorization).toContain('/eu-west-1/glue/aws4_request');
  expect(body).toEqual({
    JobName: 'spark jobs',
    Arguments: {
      '--scriptLocation': `${FOLDER}/aggregate.py`,
      '--extra-py-files': `${FOLDER}/modules.zip`,
      '--conf': 'spark.a=1 --conf spark.b=2',
      '--step-context': `${FOLDER}/context.json`,
    },
    WorkerType: 'G.1X',
    NumberOfWorkers: 4,
    Timeout: 2,
  });
});

test('Glue: a run that isn’t stopped says why', async () => {
  answer = { json: { JobRun: { JobRunState: 'TIMEOUT', ErrorMessage: 'took 48 h' } } };
  expect(await glue().look('jr_1')).toEqual({ name: 'TIMEOUT', ended: 'failed', reason: 'took 48 h' });
  answer = { json: { Errors: [{ ErrorDetail: { ErrorMessage: 'not running' } }] } };
  await expect(glue().stop('jr_1')).rejects.toMatchObject({ message: 'AWS Glue: jr_1 is not stopped: not running' });
});

test.each([
  [403, 'environment', 'sign in: aws sso login'],
  [404, 'notFound', 'correct the name in --spark'],
  [400, 'config', 'the words are those of EMR Serverless'],
  [429, 'environment', 'try again'],
])('an answer of %i is an error in the service’s words', async (status, code, hint) => {
  answer = { status, json: { message: 'no, says EMR' } };
  await expect(emr().start(jobIn(FOLDER))).rejects.toMatchObject({
    code,
    message: `EMR Serverless refuses POST /applications/00f1/jobruns (${status}): no, says EMR`,
    hint: expect.stringContaining(hint),
  });
});

test('without a region, credentials or a network it says so', async () => {
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION']) vi.stubEnv(name, '');
  expect(() => openSpark(`emr-serverless://00f1?role=${ROLE}`)).toThrow('--spark names no region, nor does AWS_REGION');
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
  await expect(emr().look('00r1')).rejects.toMatchObject({
    code: 'environment',
    message: expect.stringContaining("EMR Serverless can't be reached at 127.0.0.1:1"),
  });
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, '');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  for (const name of ['AWS_SHARED_CREDENTIALS_FILE', 'AWS_CONFIG_FILE']) vi.stubEnv(name, '/nowhere');
  await expect(emr().look('00r1')).rejects.toMatchObject({
    code: 'environment',
    message: expect.stringContaining("EMR Serverless: AWS doesn't know who you are"),
  });
});

function never(): never {
  throw new Error('no request came');
}
