import * as ec2 from '@pulumi/aws/ec2/index.js';
import * as vpc from '@pulumi/aws/vpc/index.js';
import type * as pulumi from '@pulumi/pulumi';

export interface PortArgs {
  /** What the port is of: `PostgreSQL`. */
  readonly of: string;
  readonly port: number;
  /** The last one, where there are several. */
  readonly toPort?: number;
  readonly from: pulumi.Input<string>;
  readonly to: pulumi.Input<string>;
}

interface Child {
  readonly parent: pulumi.Resource;
}

/** A security group that lets nothing in and nothing out. */
export function closedGroup(name: string, description: string, vpcId: pulumi.Input<string>, child: Child) {
  return new ec2.SecurityGroup(name, { vpcId, description }, child);
}

/** Lets one security group connect to another, and no one else. */
export function allowPort(name: string, { of, port, toPort = port, from, to }: PortArgs, child: Child): void {
  const tcp = { ipProtocol: 'tcp', fromPort: port, toPort, description: of };
  new vpc.SecurityGroupIngressRule(name, { securityGroupId: to, referencedSecurityGroupId: from, ...tcp }, child);
  new vpc.SecurityGroupEgressRule(name, { securityGroupId: from, referencedSecurityGroupId: to, ...tcp }, child);
}
