import * as pulumi from '@pulumi/pulumi';

/** Kinds of logs: what writes them decides what can be asked of them. */
export type LogKind = 'serving' | 'functions' | 'jobs' | 'stateMachines' | 'database' | 'network' | 'api';

/** What a stack has that can be looked at; whatever isn't there is left out. */
export interface Watched {
  /** Names of log groups, by a word for each: it becomes part of names. */
  readonly logGroups: Readonly<Partial<Record<LogKind, Readonly<Record<string, pulumi.Input<string>>>>>>;
  readonly serving?: {
    readonly endpointName?: pulumi.Input<string> | undefined;
    readonly loadBalancerArn?: pulumi.Input<string> | undefined;
    /** Those that serving has for its own roll-back. */
    readonly alarmArns: readonly pulumi.Input<string>[];
  };
  /** By name: ARNs of SageMaker's pipelines, and of state machines or their aliases. */
  readonly pipelineArns?: Readonly<Record<string, pulumi.Input<string>>>;
  /** By a word for each: what is in one of these was given up on. */
  readonly deadLetterQueueNames?: Readonly<Record<string, pulumi.Input<string>>>;
  readonly databaseCluster?: pulumi.Input<string> | undefined;
  readonly lakeBucketName: pulumi.Input<string>;
}

/** A metric of CloudWatch, of which a part may be known only when the stack is made. */
export interface Metric {
  readonly namespace: pulumi.Input<string>;
  readonly name: pulumi.Input<string>;
  readonly dimensions: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly stat: 'Sum' | 'Average' | 'Maximum' | 'p50' | 'p99';
}

/** A message that was given up on stays until somebody looks at it. */
export function deadLetters(QueueName: pulumi.Input<string>): Metric {
  const name = 'ApproximateNumberOfMessagesVisible';
  return { namespace: 'AWS/SQS', name, dimensions: { QueueName }, stat: 'Maximum' };
}

/** How many runs of a pipeline ended so: its ARN says what ran it. */
export function pipelineMetric(arn: pulumi.Input<string>, result: string): Metric {
  const by = pulumi.output(arn).apply((known) => runsOf(known));
  return {
    namespace: by.namespace,
    name: pulumi.interpolate`${by.prefix}${result}`,
    dimensions: by.dimensions,
    stat: 'Sum',
  };
}

/** An alias of a state machine is counted with it: arn:aws:states:REGION:ACCOUNT:stateMachine:NAME:ALIAS. */
export function runsOf(arn: string): { namespace: string; prefix: string; dimensions: Record<string, string> } {
  if (arn.includes(':states:')) {
    const StateMachineArn = arn.split(':').slice(0, 7).join(':');
    return { namespace: 'AWS/States', prefix: 'Executions', dimensions: { StateMachineArn } };
  }
  const PipelineName = arn.split('/').at(-1) ?? '';
  return { namespace: 'AWS/Sagemaker/ModelBuildingPipeline', prefix: 'Execution', dimensions: { PipelineName } };
}
