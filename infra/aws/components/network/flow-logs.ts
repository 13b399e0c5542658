import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as ec2 from '@pulumi/aws/ec2/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { makeRole, trustService } from '../../iam/service-role.ts';

export interface FlowLogsArgs {
  readonly context: StackContext;
  readonly vpcId: pulumi.Output<string>;
  readonly flowLogDays: number;
  readonly logsKeyArn: pulumi.Input<string>;
}

/** Records every connection of the network, also those that were refused. */
export function keepFlowLogs(name: string, args: FlowLogsArgs, child: { readonly parent: pulumi.Resource }): void {
  const { context, vpcId, flowLogDays, logsKeyArn } = args;
  const logs = new cloudwatch.LogGroup(
    `${name}-flow-logs`,
    { name: `/${context.named.prefix}/network/flow-logs`, retentionInDays: flowLogDays, kmsKeyId: logsKeyArn },
    child,
  );
  const role = makeRole(
    `${name}-flow-logs`,
    {
      context,
      trust: trustService('vpc-flow-logs.amazonaws.com', context.account),
      statements: [
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
          Resource: [logs.arn, pulumi.interpolate`${logs.arn}:*`],
        },
      ],
    },
    child.parent,
  );
  new ec2.FlowLog(
    name,
    {
      vpcId,
      trafficType: 'ALL',
      logDestinationType: 'cloud-watch-logs',
      logDestination: logs.arn,
      iamRoleArn: role.arn,
    },
    child,
  );
}
