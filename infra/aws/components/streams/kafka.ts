import * as ec2 from '@pulumi/aws/ec2/index.js';
import * as msk from '@pulumi/aws/msk/index.js';
import * as vpc from '@pulumi/aws/vpc/index.js';
import type * as pulumi from '@pulumi/pulumi';

export interface KafkaArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly privateSubnetIds: readonly pulumi.Input<string>[];
  readonly workloadSecurityGroupId: pulumi.Input<string>;
  readonly isProtected: boolean;
}

/** https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html */
const IAM_PORT = 9098;

/** Kafka without servers: only workloads of the stack reach it, by their roles. AWS encrypts it with a key of its own. */
export function makeKafka(name: string, args: KafkaArgs, parent: pulumi.Resource): msk.ServerlessCluster {
  const { vpcId, privateSubnetIds, workloadSecurityGroupId, isProtected } = args;
  const child = { parent };
  const group = new ec2.SecurityGroup(name, { vpcId, description: 'Kafka' }, child);
  const port = { ipProtocol: 'tcp', fromPort: IAM_PORT, toPort: IAM_PORT };
  new vpc.SecurityGroupIngressRule(
    name,
    {
      securityGroupId: group.id,
      referencedSecurityGroupId: workloadSecurityGroupId,
      description: 'Workloads',
      ...port,
    },
    child,
  );
  new vpc.SecurityGroupEgressRule(
    name,
    { securityGroupId: workloadSecurityGroupId, referencedSecurityGroupId: group.id, description: 'Kafka', ...port },
    child,
  );
  return new msk.ServerlessCluster(
    name,
    {
      clientAuthentication: { sasl: { iam: { enabled: true } } },
      vpcConfigs: [{ subnetIds: [...privateSubnetIds], securityGroupIds: [group.id] }],
    },
    { ...child, protect: isProtected },
  );
}
