import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import {
  CreateBucketCommand,
  type GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreatePipelineCommand, ListPipelineExecutionsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  CreateStateMachineCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { type MotoServer, startMoto } from '@ml-platform/messaging/testing/moto-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { runsOf } from './retrain/runs-of.ts';
import { REASON } from './validate/quarantine.ts';
import { alarmEvent, createdEvent } from './testing/events.ts';
import { parquetFile } from './testing/parquet-file.ts';

const REGION = 'eu-central-1';
const BUCKET = 'lake';
const SCHEMAS = 'pipelines/schemas/';
const ROLE = 'arn:aws:iam::123456789012:role/runner-of-pipelines';
const at = { region: REGION };

let server: MotoServer;
let s3: S3Client;
let topic: string;

beforeAll(async () => {
  server = await startMoto();
  const env = {
    AWS_ENDPOINT_URL: server.url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'only-here',
    AWS_REGION: REGION,
  };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  vi.spyOn(console, 'info').mockReturnValue();
  vi.spyOn(console, 'error').mockReturnValue();
  s3 = new S3Client({ ...at, forcePathStyle: true });
  const location = { LocationConstraint: REGION } as const;
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: location }));
  const versions = { Status: 'Enabled' } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: versions }));
  const { TopicArn = '' } = await new SNSClient(at).send(new CreateTopicCommand({ Name: 'all' }));
  topic = TopicArn;
  vi.stubEnv('EVENTS_TOPIC_ARN', topic);
  vi.stubEnv('ALERTS_TOPIC_ARN', topic);
  vi.stubEnv('SCHEMAS', SCHEMAS);
}, 300_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await server?.stop();
});

async function put(Key: string, Body: Uint8Array | string) {
  const { ETag = '', VersionId = '' } = await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
  const size = Buffer.from(Body).byteLength;
  return createdEvent(BUCKET, Key, { size, etag: ETag.replaceAll('"', ''), versionId: VersionId });
}

interface Published {
  readonly Message: string;
  readonly Subject?: string;
}

/** What was published since the last time, which moto remembers. */
async function published(): Promise<Published[]> {
  const answer = await fetch(`${server.url}/moto-api/data.json`);
  const data = (await answer.json()) as { sns: { Topic: { sent_notifications: unknown[][] }[] } };
  return (data.sns.Topic[0]?.sent_notifications ?? []).map(([, message, subject]) => {
    return { Message: String(message), ...(subject != null && { Subject: String(subject) }) };
  });
}

describe('validate', async () => {
  const load = async () => (await import('./handlers/validate.ts')).handler;
  const keys = async (Prefix: string) => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix }));
    return Contents.map(({ Key }) => Key);
  };

  beforeAll(async () => {
    await put(`${SCHEMAS}orders.json`, JSON.stringify({ columns: { id: 'INTEGER', note: 'VARCHAR?' } }));
  });

  test('good files stay where they are', async () => {
    const handler = await load();
    const parquet = await parquetFile("SELECT 1::INTEGER AS id, 'x' AS note");
    const files = {
      'raw/orders/a.parquet': parquet,
      'raw/orders/b.csv': 'id,note\n1,x\n',
      'raw/orders/c.csv.gz': gzipSync('id,note\n1,x\n'),
      'raw/unknown/d.csv': 'anything\n1\n',
    };
    for (const [key, body] of Object.entries(files)) {
      expect(await handler(await put(key, body))).toEqual({ result: 'good', key });
    }
    expect(await keys('raw/')).toEqual(Object.keys(files));
    expect(await handler(await put('raw/_positions/orders.json', '{}'))).toMatchObject({ result: 'ignored' });
  });

  test('only the footer of a large file is read', async () => {
    const handler = await load();
    const event = await put('raw/orders/large.parquet', await parquetFile('SELECT 1::INTEGER AS id FROM range(3)'));
    const read = vi.spyOn(S3Client.prototype, 'send');
    await handler(event);
    const ranges = read.mock.calls.map(([command]) => (command as GetObjectCommand).input.Range);
    expect(ranges[0]).toMatch(/^bytes=\d+-\d+$/);
    read.mockRestore();
  });

  const broken = [
    {
      name: 'an empty file',
      key: 'raw/orders/empty.parquet',
      body: async () => new Uint8Array(),
      reason: 'it is empty',
    },
    {
      name: 'a cut file',
      key: 'raw/orders/cut.parquet',
      body: async () => (await parquetFile('SELECT 1::INTEGER AS id')).subarray(0, -20),
      reason: /footer can't be read/,
    },
    { name: 'a short file', key: 'raw/orders/short.parquet', body: async () => 'PAR1', reason: /no Parquet file/ },
    {
      name: 'a file without rows',
      key: 'raw/orders/none.parquet',
      body: () => parquetFile('SELECT 1::INTEGER AS id WHERE false'),
      reason: 'it has no rows',
    },
    {
      name: 'a file with another type',
      key: 'raw/orders/day=1/type ü.parquet',
      body: () => parquetFile("SELECT 'x' AS id"),
      reason: 'column id is VARCHAR?, expected INTEGER',
    },
    {
      name: 'a CSV without a column',
      key: 'raw/orders/a+b.csv',
      body: async () => 'note\nx\n',
      reason: 'column id is missing',
    },
    { name: 'a CSV without rows', key: 'raw/orders/rows.csv', body: async () => 'id\n', reason: 'it has no rows' },
    { name: 'no gzip', key: 'raw/orders/a.csv.gz', body: async () => 'id\n1\n', reason: /can't be read as text/ },
  ];

  test.each(broken)('$name is moved away, with the reason', async ({ key, body, reason }) => {
    const handler = await load();
    const event = await put(key, await body());
    const before = (await published()).length;
    const movedTo = `quarantine/${key}`;
    const expected = {
      result: 'refused',
      key,
      movedTo,
      reason: reason instanceof RegExp ? expect.stringMatching(reason) : reason,
    };
    expect(await handler(event)).toEqual(expected);
    expect(await keys(key)).toEqual([]);
    const { Metadata } = await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: movedTo }));
    expect(decodeURIComponent(Metadata?.[REASON] ?? '')).toEqual(expected.reason);
    const messages = (await published()).slice(before);
    expect(messages.map(({ Message }) => JSON.parse(Message))).toEqual([
      { type: 'object.refused', bucket: BUCKET, ...expected },
    ]);
  });

  test('an event that comes twice does no harm, nor does one of a version that is gone', async () => {
    const handler = await load();
    const event = await put('raw/orders/twice.csv', 'note\nx\n');
    await handler(event);
    expect(await handler(event)).toMatchObject({ result: 'refused' });
    expect(await keys('raw/orders/twice.csv')).toEqual([]);
    const gone = createdEvent(BUCKET, 'raw/orders/never.csv', { size: 5, etag: 'e' });
    expect(await handler(gone)).toEqual({ result: 'gone', key: 'raw/orders/never.csv' });
  });

  test('a schema that nobody can read is an error, and the file stays', async () => {
    const handler = await load();
    await put(`${SCHEMAS}odd.json`, '{"columns": []}');
    await expect(handler(await put('raw/odd/a.csv', 'id\n1\n'))).rejects.toMatchObject({ code: 'config' });
    expect(await keys('raw/odd/')).toEqual(['raw/odd/a.csv']);
  });
});

describe('retrain', () => {
  const load = async () => (await import('./handlers/retrain.ts')).handler;
  const recordAt = (time: string, messageId = time) => {
    const event = { ...createdEvent(BUCKET, 'curated/flights/a.parquet', { size: 1, etag: 'e' }), time };
    return { messageId, body: JSON.stringify(event) };
  };
  const batch = {
    Records: [recordAt('2026-01-31T10:00:10Z'), recordAt('2026-01-31T10:02:00Z'), recordAt('2026-01-31T10:07:00Z')],
  };

  beforeEach(() => {
    vi.stubEnv('WINDOW_SECONDS', '300');
  });

  test('starts a state machine once per window, however often it is asked', async () => {
    const sfn = new SFNClient(at);
    const definition = JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } });
    const { stateMachineArn = '' } = await sfn.send(
      new CreateStateMachineCommand({ name: 'flights', definition, roleArn: ROLE }),
    );
    vi.stubEnv('TARGET_ARN', stateMachineArn);
    const handler = await load();
    expect(await handler(batch)).toEqual({ batchItemFailures: [] });
    expect(await handler(batch)).toEqual({ batchItemFailures: [] });
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    expect(executions).toHaveLength(2);
  });

  test('takes a run of that name for the one it would start, whatever its input was', async () => {
    const sfn = new SFNClient(at);
    const definition = JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } });
    const create = new CreateStateMachineCommand({ name: 'other', definition, roleArn: ROLE });
    const { stateMachineArn = '' } = await sfn.send(create);
    const [run] = runsOf(batch.Records, stateMachineArn, 300);
    await sfn.send(new StartExecutionCommand({ stateMachineArn, name: run?.token, input: '{"by":"hand"}' }));
    vi.stubEnv('TARGET_ARN', stateMachineArn);
    const handler = await load();
    expect(await handler({ Records: batch.Records.slice(0, 1) })).toEqual({ batchItemFailures: [] });
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    expect(executions).toHaveLength(1);
  });

  test('starts a pipeline of SageMaker', async () => {
    const sageMaker = new SageMakerClient(at);
    const PipelineDefinition = JSON.stringify({ Version: '2020-12-01', Steps: [] });
    const create = { PipelineName: 'flights', PipelineDefinition, RoleArn: ROLE, ClientRequestToken: 'x'.repeat(32) };
    const { PipelineArn = '' } = await sageMaker.send(new CreatePipelineCommand(create));
    vi.stubEnv('TARGET_ARN', PipelineArn);
    const handler = await load();
    const drift = { messageId: 'drift', body: JSON.stringify(alarmEvent('acme-dev-drift')) };
    expect(await handler({ Records: [recordAt('2026-01-31T10:05:10Z'), drift] })).toEqual({ batchItemFailures: [] });
    const list = new ListPipelineExecutionsCommand({ PipelineName: 'flights' });
    const { PipelineExecutionSummaries = [] } = await sageMaker.send(list);
    expect(PipelineExecutionSummaries).toMatchObject([
      { PipelineExecutionDescription: 'Of new data and drift since 2026-01-31T10:05:00.000Z' },
    ]);
  });

  test('messages whose run does not start come again', async () => {
    vi.stubEnv('TARGET_ARN', `arn:aws:states:${REGION}:123456789012:stateMachine:none`);
    const handler = await load();
    const { batchItemFailures } = await handler(batch);
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(
      batch.Records.map(({ messageId }) => messageId),
    );
  });
});

describe('notify', () => {
  const load = async () => (await import('./handlers/notify.ts')).handler;
  const approved = {
    source: 'aws.sagemaker',
    'detail-type': 'SageMaker Model Package State Change',
    account: '111111111111',
    region: REGION,
    detail: { ModelPackageGroupName: 'flights', ModelPackageVersion: 7, ModelApprovalStatus: 'Approved' },
  };
  const last = async () => (await published()).at(-1);

  async function secretWith(SecretString?: string): Promise<string> {
    const secrets = new SecretsManagerClient(at);
    const { ARN: SecretId = '' } = await secrets.send(new CreateSecretCommand({ Name: crypto.randomUUID() }));
    if (SecretString !== undefined) await secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
    return SecretId;
  }

  test('says that the secret has no address yet', async () => {
    vi.stubEnv('WEBHOOK_SECRET_ARN', await secretWith());
    const handler = await load();
    await handler(approved);
    expect((await last())?.Message).toMatch(/did not take this message: its secret has no address yet$/);
    vi.stubEnv('WEBHOOK_SECRET_ARN', undefined);
  });

  test('tells people on the topic', async () => {
    const handler = await load();
    await handler(approved);
    expect(await last()).toEqual({
      Subject: 'Model flights 7: Approved',
      Message: 'Model flights 7: Approved\nAccount 111111111111, eu-central-1',
    });
  });

  test('says why a file was refused', async () => {
    const validate = (await import('./handlers/validate.ts')).handler;
    const key = 'raw/orders/why.csv';
    await validate(await put(key, 'note\nx\n'));
    const handler = await load();
    await handler(createdEvent(BUCKET, `quarantine/${key}`, { size: 7, etag: 'e' }));
    expect((await last())?.Message).toContain(`Data refused: ${key}\ncolumn id is missing\n`);
  });

  test('posts to the webhook in the secret, and says on the topic where that failed', async () => {
    const bodies: string[] = [];
    const webhook = createServer(async (request, response) => {
      bodies.push(await text(request));
      response.writeHead(request.url === '/hook' ? 200 : 410).end();
    }).listen(0, '127.0.0.1');
    await once(webhook, 'listening');
    const url = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}`;
    const handler = await load();

    vi.stubEnv('WEBHOOK_SECRET_ARN', await secretWith(`${url}/hook`));
    await handler(approved);
    expect(JSON.parse(bodies[0] ?? '')).toEqual({ text: (await last())?.Message });

    vi.stubEnv('WEBHOOK_SECRET_ARN', await secretWith(`${url}/closed`));
    await handler(approved);
    const { Message } = (await last()) ?? { Message: '' };
    expect(Message).toMatch(/The webhook did not take this message: it answered 410$/);
    expect(Message).not.toContain(url);
    webhook.close();
  });
});
