import * as ec2 from '@pulumi/aws/ec2/index.js';
import * as vpc from '@pulumi/aws/vpc/index.js';
import type * as pulumi from '@pulumi/pulumi';
import type { Endpoints } from './endpoints.ts';

export interface WorkloadSecurityGroupArgs {
  readonly vpcId: pulumi.Output<string>;
  readonly endpoints: Endpoints;
  readonly nat: boolean;
}

/** For what runs in private subnets: nothing comes in, and out goes HTTPS to AWS's services; other components add their ports. */
export function workloadSecurityGroup(
  name: string,
  { vpcId, endpoints, nat }: WorkloadSecurityGroupArgs,
  child: { readonly parent: pulumi.Resource },
): ec2.SecurityGroup {
  const group = new ec2.SecurityGroup(`${name}-workloads`, { vpcId, description: 'Jobs, tasks and functions' }, child);
  const allow = (to: string, target: Partial<vpc.SecurityGroupEgressRuleArgs>) => {
    const https = { ipProtocol: 'tcp', fromPort: 443, toPort: 443, description: `HTTPS to ${to}` };
    new vpc.SecurityGroupEgressRule(`${name}-to-${to}`, { securityGroupId: group.id, ...https, ...target }, child);
  };
  allow('endpoints', { referencedSecurityGroupId: endpoints.securityGroupId });
  allow('s3', { prefixListId: endpoints.prefixListIds.s3 });
  allow('dynamodb', { prefixListId: endpoints.prefixListIds.dynamodb });
  if (nat) allow('internet', { cidrIpv4: '0.0.0.0/0' });
  return group;
}
