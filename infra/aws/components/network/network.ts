import type { SettingsOf } from '@ml-platform/conventions';
import * as ec2 from '@pulumi/aws/ec2/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import type { networkConfig } from './config.ts';
import { Endpoints } from './endpoints.ts';
import { keepFlowLogs } from './flow-logs.ts';
import { PublicSubnets } from './public-subnets.ts';
import { planSubnets } from './subnet-plan.ts';
import { workloadSecurityGroup } from './workload-security-group.ts';

export interface NetworkArgs extends SettingsOf<typeof networkConfig> {
  readonly context: StackContext;
  /** Encrypts the flow logs. */
  readonly logsKeyArn: pulumi.Input<string>;
}

/** A network of private subnets that reaches AWS's services without the internet. */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly cidr: string;
  /** One per zone. */
  readonly privateSubnetIds: readonly pulumi.Output<string>[];
  /** One per zone, or none. */
  readonly publicSubnetIds: readonly pulumi.Output<string>[];
  readonly privateRouteTableIds: readonly pulumi.Output<string>[];
  /** Of the interface endpoints: lets the network in. */
  readonly endpointSecurityGroupId: pulumi.Output<string>;
  /** For jobs and tasks: they reach the endpoints, S3 and DynamoDB, and with a NAT gateway the web. */
  readonly workloadSecurityGroupId: pulumi.Output<string>;

  constructor(name: string, args: NetworkArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:network:Network', name, {}, options);
    const { context, cidr, zones, nat, publicSubnets } = args;
    const parent = { parent: this };
    const tags = (part: string) => ({ tags: { Name: part } });
    const vpc = new ec2.Vpc(
      name,
      { cidrBlock: cidr, enableDnsHostnames: true, enableDnsSupport: true, ...tags(name) },
      { ...parent, protect: context.isProtected },
    );
    // What names no group of its own gets this one, and with it no connection.
    new ec2.DefaultSecurityGroup(`${name}-default`, { vpcId: vpc.id, ingress: [], egress: [] }, parent);

    const plan = planSubnets(cidr, zones);
    const privates = plan.map(({ zone, privateCidr }) => {
      const part = `${name}-private-${zone}`;
      const availabilityZone = `${context.region}${zone}`;
      const subnet = new ec2.Subnet(
        part,
        { vpcId: vpc.id, cidrBlock: privateCidr, availabilityZone, ...tags(part) },
        parent,
      );
      const table = new ec2.RouteTable(part, { vpcId: vpc.id, ...tags(part) }, parent);
      new ec2.RouteTableAssociation(part, { subnetId: subnet.id, routeTableId: table.id }, parent);
      return { zone, subnetId: subnet.id, routeTableId: table.id };
    });
    const publics =
      publicSubnets || nat ? new PublicSubnets(name, { context, vpcId: vpc.id, plan }, parent) : undefined;
    if (nat) publics?.addNat(privates);

    const subnetIds = privates.map(({ subnetId }) => subnetId);
    const routeTableIds = privates.map(({ routeTableId }) => routeTableId);
    const endpoints = new Endpoints(name, { ...args, vpcId: vpc.id, subnetIds, routeTableIds }, parent);
    const workloads = workloadSecurityGroup(name, { vpcId: vpc.id, endpoints, nat }, parent);
    if (args.flowLogs) keepFlowLogs(name, { ...args, vpcId: vpc.id }, parent);

    this.vpcId = vpc.id;
    this.cidr = cidr;
    this.privateSubnetIds = subnetIds;
    this.publicSubnetIds = publics?.subnetIds ?? [];
    this.privateRouteTableIds = routeTableIds;
    this.endpointSecurityGroupId = endpoints.securityGroupId;
    this.workloadSecurityGroupId = workloads.id;
    this.registerOutputs({ vpcId: vpc.id, privateSubnetIds: subnetIds, publicSubnetIds: this.publicSubnetIds });
  }
}
