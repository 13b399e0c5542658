import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LambdaRuntime, lambdaRuntime, type Said } from '../testing/lambda-runtime.ts';

const main = path.join(import.meta.dirname, '../main.ts');
const fixture = path.join(import.meta.dirname, '../../../../libs/serving/fixtures/delay');
const instances = [{ origin: 'LAX', hour: 14, distance: 580 }];
const headers = { 'content-type': 'application/json' };
const ERROR_TYPE = 'lambda-runtime-function-error-type';

let lambda: LambdaRuntime;
let started: ChildProcess[];

beforeEach(async () => {
  lambda = await lambdaRuntime();
  started = [];
});
afterEach(async () => {
  for (const child of started) child.kill('SIGKILL');
  await lambda.close();
});

function start(env: Record<string, string>, ...flags: string[]) {
  const child = spawn(process.execPath, [main, ...flags], {
    env: { ...process.env, AWS_LAMBDA_RUNTIME_API: lambda.hostAndPort, ...env },
  });
  started.push(child);
  return { child, ended: Promise.all([once(child, 'close'), text(child.stderr)]).then(([[code], log]) => [code, log]) };
}

const rest = (body: unknown) => ({ httpMethod: 'POST', path: '/predict', headers, body: JSON.stringify(body) });

function answerOf({ body }: Said) {
  const { statusCode, body: answer } = body as { statusCode: number; body: string };
  return [statusCode, JSON.parse(answer)];
}

test('events are answered one after another, until a signal', async () => {
  const { child, ended } = start({}, '--model-dir', fixture, '--model', 'delays');
  const version = expect.stringMatching(/^[0-9a-f]{12}$/);
  const expected = [200, { model: { name: 'delays', version }, predictions: [expect.objectContaining({ label: 1 })] }];

  const first = await lambda.invoke(rest({ instances }));
  expect(first.path).toBe('invocation/id-1/response');
  expect(answerOf(first)).toEqual(expected);

  const requestContext = { http: { method: 'POST' }, stage: '$default' };
  const body = Buffer.from(JSON.stringify({ instances })).toString('base64');
  const url = { version: '2.0', rawPath: '/predict', rawQueryString: '', requestContext, headers, body };
  expect(answerOf(await lambda.invoke({ ...url, isBase64Encoded: true }))).toEqual(expected);

  const [status, refusal] = answerOf(await lambda.invoke(rest({ instances: [{}] })));
  expect([status, refusal.error.message]).toEqual([400, 'the column "origin" of row 0 is missing']);

  for (const event of ['{', { instances }]) {
    const wrong = await lambda.invoke(event);
    expect(wrong.path).toMatch(/^invocation\/id-\d\/error$/);
    expect(wrong.headers[ERROR_TYPE]).toBe('Runtime.InvalidEvent');
    expect(wrong.body).toEqual({
      errorMessage: 'the event is no HTTP request; ask by API Gateway (a proxy integration) or by a function URL',
      errorType: 'Runtime.InvalidEvent',
      stackTrace: [],
    });
  }
  expect(answerOf(await lambda.invoke(rest({ instances })))).toEqual(expected);

  child.kill('SIGTERM');
  expect(await ended).toEqual([0, '']);
});

describe('what keeps the server from starting is told to Lambda, and printed', () => {
  test.each([
    ['a model that is not there', { SM_MODEL_DIR: '/none' }, [], 7, /^no model\.json in \/none .*; check the path$/],
    ['a wrong flag', {}, ['--modle'], 2, /^Unknown option '--modle'.*; see --help$/],
  ])('%s', async (_, env, flags, exitCode, message) => {
    const { ended } = start(env, ...flags);
    const { headers: sent, body } = await lambda.initError;
    expect(sent[ERROR_TYPE]).toBe('Runtime.NotStarted');
    const errorMessage = expect.stringMatching(message);
    expect(body).toEqual({ errorMessage, errorType: 'Runtime.NotStarted', stackTrace: [] });
    expect(await ended).toEqual([exitCode, expect.stringMatching(/^error: .*\nhint: /)]);
  });
});

test('where the runtime API fails, the process ends', async () => {
  const { ended } = start({}, '--model-dir', fixture);
  await lambda.waiting;
  lambda.fail(500);
  expect(await ended).toEqual([
    5,
    expect.stringMatching(
      /^error: Lambda's runtime API answered 500 to GET invocation\/next: .*\nhint: {2}Lambda starts/,
    ),
  ]);
});

test('where there is no runtime API, the process ends', async () => {
  const { ended } = start({ AWS_LAMBDA_RUNTIME_API: '127.0.0.1:1' }, '--model-dir', fixture);
  expect(await ended).toEqual([5, expect.stringMatching(/^error: Lambda's runtime API can't be asked for GET/)]);
});
