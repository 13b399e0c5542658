import * as ec2 from '@pulumi/aws/ec2/index.js';
import type * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import type { ZoneSubnets } from './subnet-plan.ts';

export interface PublicSubnetsArgs {
  readonly context: StackContext;
  readonly vpcId: pulumi.Output<string>;
  readonly plan: readonly ZoneSubnets[];
}

interface Child {
  readonly parent: pulumi.Resource;
}

/** Subnets that the internet reaches; nothing in them gets a public address by itself. */
export class PublicSubnets {
  readonly subnetIds: readonly pulumi.Output<string>[];
  readonly #name: string;
  readonly #context: StackContext;
  readonly #gateway: ec2.InternetGateway;
  readonly #child: Child;

  constructor(name: string, { context, vpcId, plan }: PublicSubnetsArgs, child: Child) {
    this.#name = name;
    this.#context = context;
    this.#child = child;
    this.#gateway = new ec2.InternetGateway(name, { vpcId }, child);
    const table = new ec2.RouteTable(`${name}-public`, { vpcId }, child);
    new ec2.Route(
      `${name}-public`,
      { routeTableId: table.id, destinationCidrBlock: '0.0.0.0/0', gatewayId: this.#gateway.id },
      child,
    );
    this.subnetIds = plan.map(({ zone, publicCidr }) => {
      const part = `${name}-public-${zone}`;
      const availabilityZone = `${context.region}${zone}`;
      const subnet = new ec2.Subnet(
        part,
        { vpcId, cidrBlock: publicCidr, availabilityZone, mapPublicIpOnLaunch: false, tags: { Name: part } },
        child,
      );
      new ec2.RouteTableAssociation(part, { subnetId: subnet.id, routeTableId: table.id }, child);
      return subnet.id;
    });
  }

  /** In prod each zone has a gateway of its own: one that fails takes no other zone along. */
  addNat(privates: readonly { readonly zone: string; readonly routeTableId: pulumi.Output<string> }[]): void {
    const zones = this.#context.isProtected ? privates : privates.slice(0, 1);
    const gateways = zones.map(({ zone }, index) => this.#makeNat(zone, this.subnetIds[index]));
    for (const [index, { zone, routeTableId }] of privates.entries()) {
      const natGatewayId = (gateways[index] ?? gateways[0])?.id;
      if (!natGatewayId) continue;
      const route = { routeTableId, destinationCidrBlock: '0.0.0.0/0', natGatewayId };
      new ec2.Route(`${this.#name}-nat-${zone}`, route, this.#child);
    }
  }

  #makeNat(zone: string, subnetId: pulumi.Output<string> | undefined): ec2.NatGateway {
    const part = `${this.#name}-nat-${zone}`;
    const address = new ec2.Eip(part, { domain: 'vpc', tags: { Name: part } }, this.#child);
    const args = { allocationId: address.id, ...(subnetId && { subnetId }), tags: { Name: part } };
    return new ec2.NatGateway(part, args, { ...this.#child, dependsOn: [this.#gateway] });
  }
}
