import type { StackContext } from '../../config/stack-context.ts';
import { DRIFT_ALARM } from '../monitoring/alarms.ts';

/** What EventBridge matches events by, in JSON. */
export type EventPattern = Readonly<Record<string, unknown>>;

/** New objects under some prefixes of a bucket. */
export function objectsCreated(bucket: string, prefixes: readonly string[]): EventPattern {
  return {
    source: ['aws.s3'],
    'detail-type': ['Object Created'],
    detail: { bucket: { name: [bucket] }, object: { key: prefixes.map((prefix) => ({ prefix })) } },
  };
}

/** The stack's alarm on drift began. */
export function driftAlarmed({ named, account, region }: StackContext): EventPattern {
  return {
    source: ['aws.cloudwatch'],
    'detail-type': ['CloudWatch Alarm State Change'],
    resources: [`arn:aws:cloudwatch:${region}:${account}:alarm:${named(DRIFT_ALARM)}`],
    detail: { state: { value: ['ALARM'] } },
  };
}

/** Models of this stack that were registered, approved or rejected. */
export function modelsChanged({ named }: StackContext, more: EventPattern = {}): EventPattern {
  return {
    source: ['aws.sagemaker'],
    'detail-type': ['SageMaker Model Package State Change'],
    detail: { ModelPackageGroupName: [{ prefix: `${named.prefix}-` }], ...more },
  };
}

/** Runs of this stack's pipelines that failed. */
export function pipelinesFailed({ named, account, region }: StackContext): EventPattern {
  const prefix = `arn:aws:sagemaker:${region}:${account}:pipeline/${named.prefix}-`;
  return {
    source: ['aws.sagemaker'],
    'detail-type': ['SageMaker Model Building Pipeline Execution Status Change'],
    detail: { pipelineArn: [{ prefix }], currentPipelineExecutionStatus: ['Failed'] },
  };
}

/** The same of its state machines. */
export function executionsFailed({ named, account, region }: StackContext): EventPattern {
  const prefix = `arn:aws:states:${region}:${account}:stateMachine:${named.prefix}-`;
  return {
    source: ['aws.states'],
    'detail-type': ['Step Functions Execution Status Change'],
    detail: { stateMachineArn: [{ prefix }], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
  };
}
