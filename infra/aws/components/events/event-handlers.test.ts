import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ComponentRun, runComponent, TEST_CONTEXT } from '../../testing/run-component.ts';
import { eventsConfig } from './config.ts';
import { EventHandlers, type EventHandlersArgs } from './event-handlers.ts';

const { dev, prod } = eventsConfig.defaults;
const TARGET = 'arn:aws:states:eu-central-1:111111111111:stateMachine:acme-dev-flights:live';
let handlersFolder: string;

beforeAll(() => {
  handlersFolder = mkdtempSync(join(tmpdir(), 'handlers-'));
  for (const handler of ['validate', 'retrain', 'notify']) {
    mkdirSync(join(handlersFolder, handler));
    writeFileSync(join(handlersFolder, handler, 'index.mjs'), 'export const handler = () => undefined;\n');
  }
});

afterAll(() => rmSync(handlersFolder, { recursive: true }));

function make(args: Partial<EventHandlersArgs> = {}): Promise<ComponentRun> {
  return runComponent((options) => {
    const made = new EventHandlers(
      'acme-dev-events',
      {
        ...dev,
        context: TEST_CONTEXT,
        handlersFolder,
        lakeBucketName: pulumi.output('lake'),
        lakeBucketArn: 'arn:aws:s3:::lake',
        alertsTopicArn: 'arn:topic/alerts',
        eventsTopicArn: 'arn:topic/events',
        dataKeyArn: 'arn:key/data',
        messagesKeyArn: 'arn:key/messages',
        logsKeyArn: 'arn:key/logs',
        secretsKeyArn: 'arn:key/secrets',
        ...args,
      },
      options,
    );
    const { functionNames: functions, webhookSecretArn: secret } = made;
    return { functions, ...(secret && { secret }) };
  });
}

const FUNCTION = 'aws:lambda/function:Function';
const RULE = 'aws:cloudwatch/eventRule:EventRule';
const TARGETS = 'aws:cloudwatch/eventTarget:EventTarget';
const SECRET = 'aws:secretsmanager/secret:Secret';
const patternOf = (run: ComponentRun, name: string) => JSON.parse(String(run.one(RULE, name).inputs.eventPattern));
const statementsOf = (run: ComponentRun, name: string): { Sid: string; Action: string[]; Resource: unknown }[] =>
  JSON.parse(String(run.one('aws:iam/rolePolicy:RolePolicy', name).inputs.policy)).Statement;

test('functions run the bundled code, write to logs made before them, and keep what they failed at', async () => {
  const { all, one, outputs } = await make();
  expect(all(FUNCTION).map(({ name }) => name)).toEqual(['acme-dev-events-notify', 'acme-dev-events-validate']);
  for (const { inputs, name } of all(FUNCTION)) {
    expect(inputs).toMatchObject({
      runtime: 'nodejs24.x',
      architectures: ['arm64'],
      handler: 'index.handler',
      kmsKeyArn: 'arn:key/secrets',
      loggingConfig: { logFormat: 'JSON', logGroup: one('aws:cloudwatch/logGroup:LogGroup', name).inputs.name },
      deadLetterConfig: { targetArn: expect.stringContaining('acme-dev-events-dead') },
    });
    expect(inputs).not.toHaveProperty('reservedConcurrentExecutions');
  }
  for (const { inputs } of all('aws:cloudwatch/logGroup:LogGroup')) {
    expect(inputs).toMatchObject({ retentionInDays: dev.logDays, kmsKeyId: 'arn:key/logs' });
  }
  expect(Object.keys(outputs.functions as object)).toEqual(['notify', 'validate']);
});

test('new files of a zone go to the function, by a rule that alone may call it, for this account', async () => {
  const run = await make();
  expect(patternOf(run, 'acme-dev-events-validate')).toEqual({
    source: ['aws.s3'],
    'detail-type': ['Object Created'],
    detail: { bucket: { name: ['lake'] }, object: { key: [{ prefix: 'raw/' }] } },
  });
  const rule = run.one(RULE, 'acme-dev-events-validate');
  expect(run.one('aws:lambda/permission:Permission', rule.name).inputs).toMatchObject({
    principal: 'events.amazonaws.com',
    sourceArn: expect.stringMatching(/^arn:aws:events:.*acme-dev-events-validate/),
    sourceAccount: '111111111111',
  });
});

test('every target is tried for some hours, and then gives up to the dead letters', async () => {
  const { all } = await make({ ...prod, retrainTargetArn: TARGET });
  for (const { inputs, name } of all(TARGETS)) {
    expect(inputs.retryPolicy, name).toEqual({ maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 });
    expect(inputs.deadLetterConfig, name).toEqual({ arn: expect.stringContaining('acme-dev-events-dead') });
  }
});

test('rules of this stack, and no others, write to the dead letters', async () => {
  const { one } = await make();
  const { Statement } = JSON.parse(String(one('aws:sqs/queuePolicy:QueuePolicy').inputs.policy));
  expect(Statement[1]).toMatchObject({
    Principal: { Service: 'events.amazonaws.com' },
    Condition: {
      ArnLike: { 'aws:SourceArn': 'arn:aws:events:eu-central-1:111111111111:rule/acme-dev-*' },
      StringEquals: { 'aws:SourceAccount': '111111111111' },
    },
  });
});

test('a function may do what it does, and nothing with *', async () => {
  const run = await make({ retrainTargetArn: TARGET });
  for (const name of ['validate', 'notify', 'retrain']) {
    for (const { Action, Resource } of statementsOf(run, `acme-dev-events-${name}`)) {
      expect(Action.join()).not.toContain('*');
      expect([Resource].flat()).not.toContain('*');
    }
  }
  const actions = (name: string, sid: string) => statementsOf(run, name).find(({ Sid }) => Sid === sid);
  expect(actions('acme-dev-events-validate', 'MoveAway')).toMatchObject({ Resource: ['arn:aws:s3:::lake/raw/*'] });
  expect(actions('acme-dev-events-validate', 'Quarantine')?.Resource).toEqual(['arn:aws:s3:::lake/quarantine/*']);
  expect(actions('acme-dev-events-retrain', 'StartRun')).toMatchObject({
    Action: ['sagemaker:StartPipelineExecution', 'states:StartExecution'],
    Resource: TARGET,
  });
});

test('people learn of models, refused data and failed runs of this stack', async () => {
  const run = await make();
  expect(patternOf(run, 'acme-dev-events-notify-refused').detail.object.key).toEqual([{ prefix: 'quarantine/' }]);
  expect(patternOf(run, 'acme-dev-events-notify-models').detail).toEqual({
    ModelPackageGroupName: [{ prefix: 'acme-dev-' }],
  });
  expect(patternOf(run, 'acme-dev-events-notify-pipelines').detail).toMatchObject({
    currentPipelineExecutionStatus: ['Failed'],
  });
  expect(patternOf(run, 'acme-dev-events-notify-executions').detail).toMatchObject({
    status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
  });
});

test('without a pipeline nothing starts by itself, and without zones nothing is validated', async () => {
  const queue = 'acme-dev-events-retrain';
  expect((await make()).all('aws:sqs/queue:Queue').map(({ name }) => name)).not.toContain(queue);
  const { all } = await make({ validateZones: [], retrainTargetArn: TARGET, retrainZones: [], retrainOnDrift: false });
  expect(all(FUNCTION).map(({ name }) => name)).toEqual(['acme-dev-events-notify']);
});

test('new data waits as long as a window lasts, in a queue that only its rules write to, and then starts a run', async () => {
  const { one } = await make({ retrainTargetArn: TARGET, retrainWindowSeconds: 600 });
  const name = 'acme-dev-events-retrain';
  const { inputs } = one('aws:sqs/queue:Queue', name);
  const { inputs: made } = one(FUNCTION, name);
  expect(inputs.delaySeconds).toBe(600);
  expect(Number(inputs.visibilityTimeoutSeconds)).toBeGreaterThanOrEqual(6 * Number(made.timeout));
  expect(made.environment).toEqual({ variables: { TARGET_ARN: TARGET, WINDOW_SECONDS: '600' } });
  const { Statement } = JSON.parse(String(one('aws:sqs/queuePolicy:QueuePolicy', name).inputs.policy));
  expect(Statement[1].Condition.ArnEquals['aws:SourceArn']).toEqual([
    expect.stringContaining(`${name}-data`),
    expect.stringContaining(`${name}-drift`),
  ]);
  expect(one('aws:lambda/eventSourceMapping:EventSourceMapping').inputs).toMatchObject({
    functionResponseTypes: ['ReportBatchItemFailures'],
    eventSourceArn: expect.stringContaining(name),
  });
  for (const reason of ['data', 'drift']) expect(one(TARGETS, `${name}-${reason}`).inputs.arn).toContain(name);
});

test('the alarm on drift starts a run, where that is on', async () => {
  const run = await make({ retrainTargetArn: TARGET, retrainZones: [] });
  expect(patternOf(run, 'acme-dev-events-retrain-drift')).toEqual({
    source: ['aws.cloudwatch'],
    'detail-type': ['CloudWatch Alarm State Change'],
    resources: ['arn:aws:cloudwatch:eu-central-1:111111111111:alarm:acme-dev-drift'],
    detail: { state: { value: ['ALARM'] } },
  });
  const off = await make({ retrainTargetArn: TARGET, retrainOnDrift: false });
  expect(off.all(RULE).map(({ name }) => name)).not.toContain('acme-dev-events-retrain-drift');
});

test('a webhook is known to its secret alone', async () => {
  expect((await make()).all(SECRET)).toEqual([]);
  const version = 'aws:secretsmanager/secretVersion:SecretVersion';
  const withUrl = (url: string) => make({ webhook: true, webhookUrl: pulumi.output(url) });
  const run = await withUrl('https://chat.example.com/one');
  expect(run.one(SECRET).inputs).toMatchObject({ kmsKeyId: 'arn:key/secrets', recoveryWindowInDays: 0 });
  expect(run.one(version).secretInputs).toContain('secretStringWo');
  const number = run.one(version).inputs.secretStringWoVersion;
  const other = await withUrl('https://chat.example.com/other');
  expect(other.one(version).inputs.secretStringWoVersion).not.toBe(number);
  const { variables } = run.one(FUNCTION, 'acme-dev-events-notify').inputs.environment as { variables: object };
  expect(variables).toEqual({ ALERTS_TOPIC_ARN: 'arn:topic/alerts', WEBHOOK_SECRET_ARN: run.outputs.secret });
  expect(JSON.stringify(variables)).not.toContain('chat.example.com');
});

test('the secret may be filled by hand', async () => {
  const { all } = await make({ webhook: true });
  expect(all(SECRET)).toHaveLength(1);
  expect(all('aws:secretsmanager/secretVersion:SecretVersion')).toEqual([]);
});

test('an approved model goes to the topic, and calls what deploys it where there is one', async () => {
  const none = await make();
  expect(none.one(TARGETS, 'acme-dev-events-approved').inputs.arn).toBe('arn:topic/events');
  expect(patternOf(none, 'acme-dev-events-approved').detail.ModelApprovalStatus).toEqual(['Approved']);
  const url = 'https://api.github.com/repos/acme/platform/dispatches';
  const run = await make({ deployUrl: url, deployToken: pulumi.output('t0ken') });
  const connection = run.one('aws:cloudwatch/eventConnection:EventConnection');
  expect(connection.secretInputs).toContain('authParameters');
  expect(connection.inputs.authParameters).toEqual({ apiKey: { key: 'Authorization', value: 'Bearer t0ken' } });
  expect(run.one('aws:cloudwatch/eventApiDestination:EventApiDestination').inputs).toMatchObject({
    httpMethod: 'POST',
    invocationEndpoint: url,
  });
  const target = run.one(TARGETS, 'acme-dev-events-approved-deploy').inputs;
  expect(target.inputTransformer).toMatchObject({ inputTemplate: expect.stringContaining('"model-approved"') });
  expect(target.roleArn).toMatch(/^arn:aws:iam::/);
});

test('to call without a token is refused', async () => {
  const refused = make({ deployUrl: 'https://ci.example.com' });
  await expect(refused).rejects.toMatchObject({ code: 'config', message: expect.stringContaining('deployToken') });
});

test('events are kept where that is on, and copies of a function are reserved', async () => {
  const type = 'aws:cloudwatch/eventArchive:EventArchive';
  expect((await make()).all(type)).toEqual([]);
  const { all } = await make({ ...prod, retrainTargetArn: TARGET });
  expect(all(type).map(({ inputs }) => inputs.retentionDays)).toEqual([90, 90]);
  expect(all(FUNCTION).map(({ inputs }) => inputs.reservedConcurrentExecutions)).toEqual([10, 10, 10]);
});

test('code that is not bundled is an error that says how to bundle it', async () => {
  const refused = make({ handlersFolder: '/nowhere' });
  await expect(refused).rejects.toMatchObject({
    code: 'environment',
    message: expect.stringContaining('/nowhere/notify/index.mjs'),
    hint: 'npx nx run event-handlers:build',
  });
});

test('the defaults are settings', () => {
  for (const settings of Object.values(eventsConfig.defaults)) {
    expect(eventsConfig.schema.parse(settings)).toEqual(settings);
  }
});
