import * as ec2 from '@pulumi/aws/ec2/index.js';
import * as vpc from '@pulumi/aws/vpc/index.js';
import type * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { dynamodbPolicy, interfacePolicy, s3Policy } from './endpoint-policy.ts';
import type { EndpointService } from './endpoint-services.ts';

export interface EndpointsArgs {
  readonly context: StackContext;
  readonly vpcId: pulumi.Output<string>;
  readonly cidr: string;
  readonly endpoints: readonly EndpointService[];
  readonly endpointZones: number;
  readonly subnetIds: readonly pulumi.Output<string>[];
  readonly routeTableIds: readonly pulumi.Output<string>[];
}

/** How private subnets reach AWS: S3 and DynamoDB by routes, other services by an address in the subnet. */
export class Endpoints {
  readonly securityGroupId: pulumi.Output<string>;
  /** The addresses of S3 and of DynamoDB, for rules of security groups. */
  readonly prefixListIds: Readonly<Record<'s3' | 'dynamodb', pulumi.Output<string>>>;

  constructor(name: string, args: EndpointsArgs, child: { readonly parent: pulumi.Resource }) {
    const { context, vpcId, cidr, endpoints, endpointZones } = args;
    const routeTableIds = [...args.routeTableIds];
    const gateway = (service: 's3' | 'dynamodb', policy: object) => {
      const serviceName = `com.amazonaws.${context.region}.${service}`;
      const settings = {
        vpcId,
        serviceName,
        vpcEndpointType: 'Gateway',
        routeTableIds,
        policy: JSON.stringify(policy),
      };
      return new ec2.VpcEndpoint(`${name}-${service}`, settings, child).prefixListId;
    };
    this.prefixListIds = {
      s3: gateway('s3', s3Policy(context)),
      dynamodb: gateway('dynamodb', dynamodbPolicy(context)),
    };

    const group = new ec2.SecurityGroup(`${name}-endpoints`, { vpcId, description: 'Interface endpoints' }, child);
    new vpc.SecurityGroupIngressRule(
      `${name}-endpoints`,
      {
        securityGroupId: group.id,
        description: 'HTTPS from the network',
        ipProtocol: 'tcp',
        fromPort: 443,
        toPort: 443,
        cidrIpv4: cidr,
      },
      child,
    );
    this.securityGroupId = group.id;
    for (const service of endpoints) {
      new ec2.VpcEndpoint(
        `${name}-${service.replace('.', '-')}`,
        {
          vpcId,
          serviceName: `com.amazonaws.${context.region}.${service}`,
          vpcEndpointType: 'Interface',
          privateDnsEnabled: true,
          subnetIds: args.subnetIds.slice(0, endpointZones),
          securityGroupIds: [group.id],
          policy: JSON.stringify(interfacePolicy(service, context)),
        },
        child,
      );
    }
  }
}
