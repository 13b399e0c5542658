import * as appautoscaling from '@pulumi/aws/appautoscaling/index.js';
import type * as pulumi from '@pulumi/pulumi';
import { isServerless, type ServingSettings, type VariantSettings } from './problems.ts';

interface ScalableVariant {
  readonly dimension: string;
  readonly min: number;
  readonly max: number;
  readonly metric: string;
  readonly target: number;
}

/** Share of the warm calls that are to be busy, at most. */
const WARM_SHARE = 0.7;

/** Of a variant that has room to grow; async ones by what waits, which no predefined metric tells. */
export function scaleVariant(
  name: string,
  {
    endpointName,
    variant,
    settings,
  }: { endpointName: pulumi.Output<string>; variant: VariantSettings; settings: ServingSettings },
  options: pulumi.CustomResourceOptions,
): void {
  const scalable = scalableVariant(variant, settings);
  if (scalable === undefined) return;
  const { dimension, min, max, metric, target } = scalable;
  const resourceId = endpointName.apply((endpoint) => `endpoint/${endpoint}/variant/${variant.name}`);
  const of = { serviceNamespace: 'sagemaker', scalableDimension: dimension, resourceId };
  const registered = new appautoscaling.Target(name, { ...of, minCapacity: min, maxCapacity: max }, options);
  const after = { ...options, dependsOn: registered };
  new appautoscaling.Policy(
    name,
    {
      ...of,
      policyType: 'TargetTrackingScaling',
      targetTrackingScalingPolicyConfiguration: {
        targetValue: target,
        ...(settings.asyncConcurrency > 0
          ? { customizedMetricSpecification: backlog(endpointName) }
          : { predefinedMetricSpecification: { predefinedMetricType: metric } }),
        scaleInCooldown: 300,
        scaleOutCooldown: 60,
      },
    },
    after,
  );
  for (const [index, { cron, timezone, min: minCapacity, max: maxCapacity }] of settings.schedules.entries()) {
    const scalableTargetAction = { minCapacity, maxCapacity };
    const action = { ...of, schedule: cron, timezone, scalableTargetAction };
    new appautoscaling.ScheduledAction(`${name}-${index}`, action, after);
  }
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-policy.html */
function scalableVariant(variant: VariantSettings, settings: ServingSettings): ScalableVariant | undefined {
  const { minInstances: min, maxInstances: max, provisionedConcurrency, maxConcurrency = 0 } = variant;
  if (!isServerless(variant)) {
    const metric = 'SageMakerVariantInvocationsPerInstance';
    const target = settings.asyncConcurrency > 0 ? settings.asyncConcurrency : settings.targetInvocations;
    const hasRoom = max > min || settings.schedules.length > 0;
    return hasRoom ? { dimension: 'sagemaker:variant:DesiredInstanceCount', min, max, metric, target } : undefined;
  }
  if (provisionedConcurrency === undefined || maxConcurrency <= provisionedConcurrency) return undefined;
  return {
    dimension: 'sagemaker:variant:DesiredProvisionedConcurrency',
    min: provisionedConcurrency,
    max: maxConcurrency,
    metric: 'SageMakerVariantProvisionedConcurrencyUtilization',
    target: WARM_SHARE,
  };
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-autoscale.html */
function backlog(endpointName: pulumi.Output<string>) {
  return {
    namespace: 'AWS/SageMaker',
    metricName: 'ApproximateBacklogSizePerInstance',
    dimensions: [{ name: 'EndpointName', value: endpointName }],
    statistic: 'Average',
  };
}
