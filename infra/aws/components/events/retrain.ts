import type * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as lambda from '@pulumi/aws/lambda/index.js';
import type * as pulumi from '@pulumi/pulumi';
import { makeQueue } from '../messaging/queue-with-dead-letters.ts';
import { type FunctionDefaults, makeFunction } from './event-function.ts';
import { addTarget, type Delivery } from './event-route.ts';

export interface RetrainArgs {
  /** By a word for each: what one of them matches calls for a run. */
  readonly rules: Readonly<Record<string, cloudwatch.EventRule>>;
  /** A pipeline of SageMaker, or the alias of a state machine. */
  readonly targetArn: pulumi.Input<string>;
  readonly windowSeconds: number;
}

const TIMEOUT_SECONDS = 60;
/** Lambda collects for so long before it calls; the queue needs six times the function's time beyond. */
const BATCH_SECONDS = 20;
const VISIBILITY_SECONDS = 6 * TIMEOUT_SECONDS + BATCH_SECONDS;
const DAY_SECONDS = 86_400;

/**
 * New data and drift wait in a queue for the length of a window, so that a window is over before its first message arrives:
 * all that came in it then starts one run.
 */
export function startRetraining(
  name: string,
  { rules, targetArn, windowSeconds }: RetrainArgs,
  defaults: FunctionDefaults & Delivery,
  parent: pulumi.Resource,
): lambda.Function {
  const { messagesKeyArn, context } = defaults;
  const { queue } = makeQueue(
    name,
    {
      keyArn: messagesKeyArn,
      visibilitySeconds: VISIBILITY_SECONDS,
      maxReceives: 5,
      delaySeconds: windowSeconds,
      retentionSeconds: DAY_SECONDS,
      statements: (queueArn) => [
        {
          Sid: 'Rules',
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: ['sqs:SendMessage'],
          Resource: queueArn,
          Condition: {
            ArnEquals: { 'aws:SourceArn': Object.values(rules).map(({ arn }) => arn) },
            StringEquals: { 'aws:SourceAccount': context.account },
          },
        },
      ],
    },
    parent,
  );
  for (const [reason, rule] of Object.entries(rules)) {
    addTarget(`${name}-${reason}`, rule, defaults, { arn: queue.arn });
  }
  const retrain = makeFunction(
    name,
    defaults,
    {
      handler: 'retrain',
      memoryMegabytes: 256,
      timeoutSeconds: TIMEOUT_SECONDS,
      variables: { TARGET_ARN: targetArn, WINDOW_SECONDS: String(windowSeconds) },
      statements: [
        {
          Sid: 'Queue',
          Effect: 'Allow',
          Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
          Resource: queue.arn,
        },
        {
          Sid: 'StartRun',
          Effect: 'Allow',
          Action: ['sagemaker:StartPipelineExecution', 'states:StartExecution'],
          Resource: targetArn,
        },
      ],
    },
    parent,
  );
  new lambda.EventSourceMapping(
    name,
    {
      eventSourceArn: queue.arn,
      functionName: retrain.arn,
      batchSize: 100,
      maximumBatchingWindowInSeconds: BATCH_SECONDS,
      functionResponseTypes: ['ReportBatchItemFailures'],
      scalingConfig: { maximumConcurrency: 2 },
    },
    { parent: retrain },
  );
  return retrain;
}
