import type { Channel } from '../channel.ts';
import type { LocationOf } from '../location.ts';
import { explained, MessagingError } from '../messaging-error.ts';
import { arn, awsReason } from './aws.ts';
import { awsMessage, sqsChannel } from './sqs.ts';

/** A topic of SNS, which copies each message into the queues that subscribe to it; one of them may be read here. */
export async function snsChannel({ uri, region, account, topic, queue }: LocationOf<'sns'>): Promise<Channel> {
  const sdk = await import('@aws-sdk/client-sns');
  const client = new sdk.SNSClient({ region });
  const subscribed = queue === undefined ? undefined : await sqsChannel({ uri, region, account, queue });
  return {
    uri,
    send: (message) =>
      explained(`${uri}: publish`, awsReason, async () => {
        const { text, attributes, ids } = awsMessage(message, topic.endsWith('.fifo'));
        const command = new sdk.PublishCommand({
          TopicArn: arn('sns', region, account, topic),
          Message: text,
          MessageAttributes: attributes,
          ...ids,
        });
        const { MessageId = '' } = await client.send(command);
        return MessageId;
      }),
    receiver: (options) => {
      if (subscribed !== undefined) return subscribed.receiver(options);
      const hint = 'name the queue that subscribes to it: ?queue=QUEUE';
      throw new MessagingError(`${uri}: nothing is received from a topic itself`, 'unsupported', { hint });
    },
    close: async () => {
      client.destroy();
      await subscribed?.close();
    },
  };
}
