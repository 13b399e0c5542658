import * as ec2 from '@pulumi/aws/ec2/index.js';
import * as lb from '@pulumi/aws/lb/index.js';
import * as vpc from '@pulumi/aws/vpc/index.js';
import type * as pulumi from '@pulumi/pulumi';
import { LOG_PREFIXES } from '../lake/log-bucket.ts';
import { API_STAGE } from './backend.ts';
import type { ServingArgs } from './serving.ts';

export const PORT = 8080;
const HTTPS = 443;
const ANYWHERE = '0.0.0.0/0';

/** TLS 1.2 and 1.3. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html */
const TLS_POLICY = 'ELBSecurityPolicy-TLS13-1-2-2021-06';

export interface MadeLoadBalancer {
  readonly balancer: lb.LoadBalancer;
  readonly securityGroup: ec2.SecurityGroup;
  readonly taskSecurityGroup: ec2.SecurityGroup;
  /** Where tasks are, and where the next ones come to. */
  readonly blue: lb.TargetGroup;
  readonly green: lb.TargetGroup;
  /** Sends requests to one of the two. */
  readonly rule: lb.ListenerRule;
}

/** A load balancer that speaks TLS alone, in front of two groups of tasks. */
export function makeLoadBalancer(
  name: string,
  args: ServingArgs,
  options: pulumi.CustomResourceOptions,
): MadeLoadBalancer {
  const { securityGroup, taskSecurityGroup } = securityGroups(name, args, options);
  // Names of load balancers and of their groups have 32 characters, of which Pulumi takes 8.
  const { named } = args.context;
  const balancer = new lb.LoadBalancer(
    named('lb'),
    {
      loadBalancerType: 'application',
      internal: !args.isPublic,
      subnets: [...(args.isPublic ? args.publicSubnetIds : args.privateSubnetIds)],
      securityGroups: [securityGroup.id],
      dropInvalidHeaderFields: true,
      enableDeletionProtection: args.context.isProtected,
      accessLogs: { enabled: true, bucket: args.logBucketName, prefix: LOG_PREFIXES.loadBalancers },
    },
    { ...options, protect: args.context.isProtected },
  );
  const blue = targetGroup(named('blue'), args, options);
  const green = targetGroup(named('green'), args, options);
  const { certificateArn } = args;
  const listener = new lb.Listener(
    name,
    {
      loadBalancerArn: balancer.arn,
      port: HTTPS,
      protocol: 'HTTPS',
      sslPolicy: TLS_POLICY,
      ...(certificateArn !== undefined && { certificateArn }),
      defaultActions: [notFound()],
    },
    options,
  );
  const rule = new lb.ListenerRule(
    name,
    {
      listenerArn: listener.arn,
      priority: 1,
      conditions: [{ pathPattern: { values: ['/*'] } }],
      transforms: [withoutStage()],
      actions: [
        {
          type: 'forward',
          forward: {
            targetGroups: [
              { arn: blue.arn, weight: 100 },
              { arn: green.arn, weight: 0 },
            ],
          },
        },
      ],
    },
    // ECS moves the weights from one group to the other at each deploy.
    { ...options, ignoreChanges: ['actions'] },
  );
  return { balancer, securityGroup, taskSecurityGroup, blue, green, rule };
}

/**
 * An API asks with its stage before the path, which the model server doesn't know.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/private-integration.html
 */
function withoutStage() {
  const rewrite = { regex: `^/${API_STAGE}/(.*)$`, replace: '/$1' };
  return { type: 'url-rewrite', urlRewriteConfig: { rewrite } };
}

function notFound() {
  const messageBody = JSON.stringify({
    error: { code: 'notFound', message: 'there is nothing here', hint: 'see /docs' },
  });
  return { type: 'fixed-response', fixedResponse: { contentType: 'application/json', messageBody, statusCode: '404' } };
}

function targetGroup(name: string, args: ServingArgs, options: pulumi.CustomResourceOptions): lb.TargetGroup {
  return new lb.TargetGroup(
    name,
    {
      vpcId: args.vpcId,
      targetType: 'ip',
      protocol: 'HTTP',
      port: PORT,
      deregistrationDelay: 30,
      healthCheck: { path: args.healthPath, interval: 15, timeout: 5, healthyThreshold: 2, unhealthyThreshold: 3 },
    },
    options,
  );
}

/** The internet, or the network alone, reaches the balancer on 443; the balancer alone reaches the tasks. */
function securityGroups(
  name: string,
  { vpcId, networkCidr, isPublic }: ServingArgs,
  options: pulumi.CustomResourceOptions,
) {
  const group = (suffix: string, description: string) =>
    new ec2.SecurityGroup(`${name}-${suffix}`, { vpcId, description }, options);
  const securityGroup = group('balancer', 'Load balancer of the model server');
  const taskSecurityGroup = group('tasks', 'Model server');
  const tcp = (port: number) => ({ ipProtocol: 'tcp', fromPort: port, toPort: port });
  new vpc.SecurityGroupIngressRule(
    `${name}-balancer`,
    { securityGroupId: securityGroup.id, cidrIpv4: isPublic ? ANYWHERE : networkCidr, ...tcp(HTTPS) },
    options,
  );
  new vpc.SecurityGroupEgressRule(
    `${name}-balancer`,
    { securityGroupId: securityGroup.id, referencedSecurityGroupId: taskSecurityGroup.id, ...tcp(PORT) },
    options,
  );
  new vpc.SecurityGroupIngressRule(
    `${name}-tasks`,
    { securityGroupId: taskSecurityGroup.id, referencedSecurityGroupId: securityGroup.id, ...tcp(PORT) },
    options,
  );
  return { securityGroup, taskSecurityGroup };
}
