import { S3Client } from '@aws-sdk/client-s3';
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { z } from 'zod';
import { readSettings } from '../events/settings.ts';
import { messageOfNotice, noticeOf } from '../notify/message-of.ts';
import { quarantineReason } from '../notify/quarantine-reason.ts';
import { sendWebhook } from '../notify/send-webhook.ts';

const s3 = new S3Client();
const sns = new SNSClient();
const secrets = new SecretsManagerClient();

/** Tells people of an event: the webhook first, then the topic, which also says where the webhook failed. */
export async function handler(event: unknown): Promise<void> {
  const { ALERTS_TOPIC_ARN: TopicArn, WEBHOOK_SECRET_ARN: SecretId } = readSettings({
    ALERTS_TOPIC_ARN: z.string(),
    WEBHOOK_SECRET_ARN: z.string().optional(),
  });
  const { subject, text } = messageOfNotice(noticeOf(event), await quarantineReason(s3, event));
  const problem = SecretId === undefined ? undefined : await callWebhook(SecretId, text);
  const Message = problem === undefined ? text : `${text}\nThe webhook did not take this message: ${problem}`;
  await sns.send(new PublishCommand({ TopicArn, Subject: subject, Message }));
}

async function callWebhook(SecretId: string, text: string): Promise<string | undefined> {
  const address = await secrets.send(new GetSecretValueCommand({ SecretId })).catch((error: unknown) => {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  });
  if (!address?.SecretString) return 'its secret has no address yet';
  return sendWebhook(address.SecretString, text);
}
