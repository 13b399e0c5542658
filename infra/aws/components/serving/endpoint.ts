import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as sagemaker from '@pulumi/aws/sagemaker/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { Stoppable } from '../cost-control/off-hours-calls.ts';
import { makeAlarm } from './alarm.ts';
import { scaleVariant } from './endpoint-scaling.ts';
import { productionVariant } from './endpoint-variants.ts';
import { isServerless, type ServingSettings, type VariantSettings } from './problems.ts';
import type { ServingArgs } from './serving.ts';

type Options = pulumi.CustomResourceOptions;

export interface MadeEndpoint {
  readonly endpointName: pulumi.Output<string>;
  readonly alarms: readonly cloudwatch.MetricAlarm[];
  /** What is deleted at night, and made again. */
  readonly stoppable: NonNullable<Stoppable['endpoint']>;
}

/** Digests that variants lack; none lacking, the endpoint can be made. */
export function lacksImage({ variants, shadowVariants, imageDigest }: ServingSettings): boolean {
  return [...variants, ...shadowVariants].some((variant) => (variant.imageDigest ?? imageDigest) === undefined);
}

/** An endpoint of SageMaker: its models, its configuration, its log, its alarms and its sizes. */
export function makeEndpoint(name: string, args: ServingArgs, options: Options): MadeEndpoint {
  // The log group and the alarms, which are there before it, go by its name.
  const endpointName = args.context.named('serving');
  const log = new cloudwatch.LogGroup(
    name,
    {
      name: `/aws/sagemaker/Endpoints/${endpointName}`,
      retentionInDays: args.logRetentionDays,
      kmsKeyId: args.logsKeyArn,
    },
    options,
  );
  const alarms = args.variants.flatMap((variant) => variantAlarms(name, endpointName, { variant, args }, options));
  const configuration = endpointConfiguration(name, args, options);
  const endpoint = new sagemaker.Endpoint(
    name,
    {
      name: endpointName,
      endpointConfigName: configuration.name,
      ...deploymentConfig(args, alarms),
    },
    {
      ...options,
      dependsOn: [log],
      ...leftAlone(args, ['endpointConfigName']),
    },
  );
  for (const variant of args.variants) {
    const parts = { endpointName: endpoint.name, variant, settings: args };
    scaleVariant(`${name}-${variant.name}`, parts, options);
  }
  const encrypted = args.variants.some(isServerless) ? {} : { keyArn: args.dataKeyArn };
  const stoppable = { name: endpointName, configName: configuration.name, tags: args.tags ?? {}, ...encrypted };
  return { endpointName: endpoint.name, alarms, stoppable };
}

/**
 * A deploy brings models, configurations and weights of its own, which an update by the stack would put back; and what the
 * stack once made must not be replaced, and so deleted, while the endpoint may still use it.
 */
function leftAlone({ deploysOwnTraffic }: ServingArgs, properties: string[]): { ignoreChanges?: string[] } {
  return deploysOwnTraffic ? { ignoreChanges: properties } : {};
}

function endpointConfiguration(name: string, args: ServingArgs, options: Options) {
  const variant = (of: VariantSettings) => productionVariant(of, model(`${name}-${of.name}`, of, args, options).name);
  const shadows = args.shadowVariants.map(variant);
  const keeps = !args.variants.some(isServerless);
  return new sagemaker.EndpointConfiguration(
    name,
    {
      // Configurations never change: each change is a new one beside the old, so a fixed name would be taken.
      namePrefix: `${args.context.named('serving')}-`,
      productionVariants: args.variants.map(variant),
      ...(shadows.length > 0 && { shadowProductionVariants: shadows }),
      ...(keeps && { kmsKeyArn: args.dataKeyArn }),
      ...(args.capturePercent > 0 && { dataCaptureConfig: dataCapture(args) }),
      ...(args.asyncConcurrency > 0 && { asyncInferenceConfig: asyncInference(args) }),
    },
    { ...options, ...leftAlone(args, ['productionVariants', 'shadowProductionVariants']) },
  );
}

function model(name: string, variant: VariantSettings, args: ServingArgs, options: Options): sagemaker.Model {
  const modelDataUrl = variant.modelData ?? args.modelData;
  const image = pulumi.interpolate`${args.repositoryUrl}@${variant.imageDigest ?? args.imageDigest}`;
  return new sagemaker.Model(
    name,
    {
      executionRoleArn: args.servingRoleArn,
      primaryContainer: {
        image,
        mode: args.multiModel ? 'MultiModel' : 'SingleModel',
        environment: { ...args.environment },
        ...(modelDataUrl !== undefined && { modelDataUrl }),
      },
      // A serverless variant can be in no network of ours.
      ...(!isServerless(variant) && {
        enableNetworkIsolation: args.networkIsolation,
        vpcConfig: { subnets: [...args.privateSubnetIds], securityGroupIds: [args.workloadSecurityGroupId] },
      }),
    },
    { ...options, ...leftAlone(args, ['primaryContainer']) },
  );
}

function dataCapture({ capturePercent, lakeBucketName, dataKeyArn }: ServingArgs) {
  return {
    enableCapture: true,
    initialSamplingPercentage: capturePercent,
    destinationS3Uri: pulumi.interpolate`s3://${lakeBucketName}/predictions/capture`,
    kmsKeyId: dataKeyArn,
    captureOptions: [{ captureMode: 'Input' }, { captureMode: 'Output' }],
    captureContentTypeHeader: { jsonContentTypes: ['application/json'] },
  };
}

function asyncInference({ asyncConcurrency, lakeBucketName, dataKeyArn }: ServingArgs) {
  return {
    clientConfig: { maxConcurrentInvocationsPerInstance: asyncConcurrency },
    outputConfig: {
      s3OutputPath: pulumi.interpolate`s3://${lakeBucketName}/predictions/async`,
      s3FailurePath: pulumi.interpolate`s3://${lakeBucketName}/predictions/async-failures`,
      kmsKeyId: dataKeyArn,
    },
  };
}

/** A serverless or an async endpoint changes at once; others as config says, and back where an alarm rings. */
function deploymentConfig(args: ServingArgs, alarms: readonly cloudwatch.MetricAlarm[]) {
  if (args.variants.some(isServerless) || args.asyncConcurrency > 0) return {};
  return {
    deploymentConfig: {
      autoRollbackConfiguration: { alarms: alarms.map(({ name: alarmName }) => ({ alarmName })) },
      blueGreenUpdatePolicy: { terminationWaitInSeconds: 300, trafficRoutingConfiguration: routing(args) },
    },
  };
}

function routing({ traffic, trafficPercent, trafficWaitSeconds: waitIntervalInSeconds }: ServingArgs) {
  const share = { type: 'CAPACITY_PERCENT', value: trafficPercent };
  if (traffic === 'canary') return { type: 'CANARY', canarySize: share, waitIntervalInSeconds };
  if (traffic === 'linear') return { type: 'LINEAR', linearStepSize: share, waitIntervalInSeconds };
  return { type: 'ALL_AT_ONCE', waitIntervalInSeconds };
}

const MICROSECONDS = 1000;

function variantAlarms(
  name: string,
  EndpointName: string,
  { variant, args }: { variant: VariantSettings; args: ServingArgs },
  options: Options,
) {
  const of = { namespace: 'AWS/SageMaker', dimensions: { EndpointName, VariantName: variant.name } };
  const failed = {
    description: `${EndpointName} ${variant.name}: requests fail`,
    metric: 'Invocation5XXErrors',
    statistic: 'Sum',
    above: args.alarm5xxPerMinute,
  } as const;
  const slow = {
    description: `${EndpointName} ${variant.name}: answers are slow`,
    metric: 'ModelLatency',
    statistic: 'p99',
    above: args.alarmP99Ms * MICROSECONDS,
  } as const;
  return [
    makeAlarm(`${name}-${variant.name}-5xx`, { ...of, ...failed }, [args.alertsTopicArn], options),
    makeAlarm(`${name}-${variant.name}-p99`, { ...of, ...slow }, [args.alertsTopicArn], options),
  ];
}
