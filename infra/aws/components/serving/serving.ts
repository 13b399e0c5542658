import type { SettingsOf } from '@ml-platform/conventions';
import type * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import type { Origin } from '../cdn/cdn.ts';
import type { Stoppable } from '../cost-control/off-hours-calls.ts';
import type { Backend } from './backend.ts';
import type { servingConfig } from './config.ts';
import { lacksImage, makeEndpoint } from './endpoint.ts';
import { makeFargate } from './fargate.ts';
import { makeFunction } from './function.ts';

export interface ServingArgs extends SettingsOf<typeof servingConfig> {
  readonly context: StackContext;
  /** URL of the repository of the model server's image. */
  readonly repositoryUrl: pulumi.Input<string>;
  readonly servingRoleArn: pulumi.Input<string>;
  readonly permissionsBoundary?: string | undefined;
  readonly lakeBucketName: pulumi.Input<string>;
  readonly logBucketName: pulumi.Input<string>;
  readonly vpcId: pulumi.Input<string>;
  readonly networkCidr: string;
  readonly privateSubnetIds: readonly pulumi.Input<string>[];
  readonly publicSubnetIds: readonly pulumi.Input<string>[];
  readonly workloadSecurityGroupId: pulumi.Input<string>;
  readonly dataKeyArn: pulumi.Input<string>;
  readonly logsKeyArn: pulumi.Input<string>;
  /** Those of the stack: an endpoint that is made again in the morning has them too. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Where alarms go. */
  readonly alertsTopicArn: pulumi.Input<string>;
}

/** What answers requests: an endpoint of SageMaker, tasks on Fargate, or a function. Without an image yet, nothing. */
export class Serving extends pulumi.ComponentResource {
  readonly endpointName: pulumi.Output<string> | undefined;
  readonly url: pulumi.Output<string> | undefined;
  readonly loadBalancerArn: pulumi.Output<string> | undefined;
  readonly functionAliasArn: pulumi.Output<string> | undefined;
  readonly alarmArns: readonly pulumi.Output<string>[];
  /** For what stands in front of it; none before there is something to ask. */
  readonly backend: Backend | undefined;
  /** What a CDN asks where there is no API: a load balancer that may stay private. */
  readonly origin: Origin | undefined;
  /** What bills by the hour. */
  readonly stoppable: Stoppable;
  /** Why nothing is served yet. */
  readonly notMade: string | undefined;

  constructor(name: string, args: ServingArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:ml:Serving', name, {}, options);
    const made = make(name, args, { parent: this });
    this.endpointName = made.endpointName;
    this.url = made.url;
    this.loadBalancerArn = made.loadBalancerArn;
    this.functionAliasArn = made.functionAliasArn;
    this.alarmArns = made.alarms?.map(({ arn }) => arn) ?? [];
    this.backend = made.backend;
    this.origin = made.backend?.kind === 'load-balancer' ? made.backend : undefined;
    this.stoppable = made.stoppable ?? {};
    this.notMade = made.notMade;
    const { endpointName, url, loadBalancerArn, functionAliasArn, alarmArns, notMade } = this;
    this.registerOutputs({ endpointName, url, loadBalancerArn, functionAliasArn, alarmArns, notMade });
  }
}

interface Made {
  readonly endpointName?: pulumi.Output<string>;
  readonly url?: pulumi.Output<string>;
  readonly loadBalancerArn?: pulumi.Output<string>;
  readonly functionAliasArn?: pulumi.Output<string>;
  readonly alarms?: readonly cloudwatch.MetricAlarm[];
  readonly backend?: Backend;
  readonly stoppable?: Stoppable;
  readonly notMade?: string;
}

const NO_IMAGE = "the model server's image isn't known yet: put its digest into serving.imageDigest";

function make(name: string, args: ServingArgs, options: pulumi.CustomResourceOptions): Made {
  switch (args.kind) {
    case 'none':
      return {};
    case 'endpoint':
      return lacksImage(args) ? { notMade: NO_IMAGE } : endpoint(name, args, options);
    case 'fargate':
      return fargate(name, args, options);
    case 'lambda':
      return args.imageDigest === undefined ? { notMade: NO_IMAGE } : called(name, args.imageDigest, args, options);
  }
}

function endpoint(name: string, args: ServingArgs, options: pulumi.CustomResourceOptions): Made {
  const { endpointName, alarms, stoppable } = makeEndpoint(name, args, options);
  const host = `runtime.sagemaker.${args.context.region}.amazonaws.com`;
  const url = pulumi.interpolate`https://${host}/endpoints/${endpointName}/invocations`;
  const backend = { kind: 'endpoint', endpointName } as const;
  return { endpointName, alarms, url, backend, stoppable: { endpoint: stoppable } };
}

function fargate(name: string, args: ServingArgs, options: pulumi.CustomResourceOptions): Made {
  const { balancer, alarms, stoppable } = makeFargate(name, args, options);
  const { arn: loadBalancerArn, dnsName } = balancer.balancer;
  const made = { loadBalancerArn, url: pulumi.interpolate`https://${dnsName}`, alarms };
  const { imageDigest, hostName } = args;
  if (imageDigest === undefined || hostName === undefined) return { ...made, notMade: NO_IMAGE };
  const securityGroupId = balancer.securityGroup.id;
  const backend = { kind: 'load-balancer', loadBalancerArn, hostName, securityGroupId } as const;
  return { ...made, backend, ...(stoppable && { stoppable: { fargate: stoppable } }) };
}

function called(name: string, digest: string, args: ServingArgs, options: pulumi.CustomResourceOptions): Made {
  const { functionName, alias, alarms } = makeFunction(name, digest, args, options);
  const backend = { kind: 'function', functionName, aliasName: alias.name, invokeArn: alias.invokeArn } as const;
  return { functionAliasArn: alias.arn, alarms, backend };
}
