import * as sqs from '@pulumi/aws/sqs/index.js';
import * as pulumi from '@pulumi/pulumi';
import { denyWithoutTls, policyDocument, type Statement } from '../../iam/statement.ts';

const DEAD_LETTER_SECONDS = 14 * 86_400;
/** For so long SQS uses a data key again: fewer calls of KMS, which bill. */
const DATA_KEY_SECONDS = 3600;

export interface QueueArgs {
  readonly keyArn: pulumi.Input<string>;
  readonly visibilitySeconds: number;
  readonly maxReceives: number;
  readonly delaySeconds: number;
  readonly retentionSeconds: number;
  /** Services that may send; the account's own roles are allowed by their policies. */
  readonly statements?: (queueArn: pulumi.Output<string>) => readonly Statement[];
}

export interface QueueWithDeadLetters {
  readonly queue: sqs.Queue;
  readonly deadLetters: sqs.Queue;
}

/** An encrypted queue, and one that takes what failed too often, from this queue only. */
export function makeQueue(name: string, args: QueueArgs, parent: pulumi.Resource): QueueWithDeadLetters {
  const deadLetters = makeDeadLetters(`${name}-dead`, args.keyArn, parent);
  const queue = new sqs.Queue(
    name,
    {
      ...encryption(args.keyArn),
      visibilityTimeoutSeconds: args.visibilitySeconds,
      messageRetentionSeconds: args.retentionSeconds,
      delaySeconds: args.delaySeconds,
      receiveWaitTimeSeconds: 20,
      redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: args.maxReceives }),
    },
    { parent },
  );
  onlyTls(name, queue, args.statements);
  const redriveAllowPolicy = pulumi.jsonStringify({ redrivePermission: 'byQueue', sourceQueueArns: [queue.arn] });
  new sqs.RedriveAllowPolicy(name, { queueUrl: deadLetters.url, redriveAllowPolicy }, { parent: deadLetters });
  return { queue, deadLetters };
}

/** A queue for what could not be delivered: kept as long as SQS can, so that someone may look at it. */
export function makeDeadLetters(
  name: string,
  keyArn: pulumi.Input<string>,
  parent: pulumi.Resource,
  statements?: QueueArgs['statements'],
): sqs.Queue {
  const queue = new sqs.Queue(
    name,
    { ...encryption(keyArn), messageRetentionSeconds: DEAD_LETTER_SECONDS },
    { parent },
  );
  onlyTls(name, queue, statements);
  return queue;
}

function encryption(keyArn: pulumi.Input<string>) {
  return { kmsMasterKeyId: keyArn, kmsDataKeyReusePeriodSeconds: DATA_KEY_SECONDS };
}

function onlyTls(name: string, queue: sqs.Queue, statements: QueueArgs['statements'] = () => []): void {
  const policy = policyDocument([denyWithoutTls('sqs:*', [queue.arn]), ...statements(queue.arn)]);
  new sqs.QueuePolicy(name, { queueUrl: queue.url, policy: pulumi.jsonStringify(policy) }, { parent: queue });
}
