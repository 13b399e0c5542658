import { S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { z } from 'zod';
import { objectCreated, objectOf } from '../events/object-created.ts';
import { readSettings } from '../events/settings.ts';
import { validateObject, type Verdict } from '../validate/validate-object.ts';

const s3 = new S3Client();
const sns = new SNSClient();

/** Checks each new file of the zones it is told of, and tells programs what was refused. */
export async function handler(event: unknown): Promise<Verdict> {
  const { EVENTS_TOPIC_ARN: TopicArn, SCHEMAS } = readSettings({ EVENTS_TOPIC_ARN: z.string(), SCHEMAS: z.string() });
  const object = objectOf(objectCreated.parse(event));
  const verdict = await validateObject(object, { s3, schemas: SCHEMAS });
  console.info(JSON.stringify(verdict));
  if (verdict.result === 'refused') {
    const Message = JSON.stringify({ type: 'object.refused', bucket: object.bucket, ...verdict });
    const MessageAttributes = { type: { DataType: 'String', StringValue: 'object.refused' } };
    await sns.send(new PublishCommand({ TopicArn, Message, MessageAttributes }));
  }
  return verdict;
}
