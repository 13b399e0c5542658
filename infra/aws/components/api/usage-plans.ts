import * as apigateway from '@pulumi/aws/apigateway/index.js';
import type * as pulumi from '@pulumi/pulumi';
import type { ApiSettings } from './config.ts';

/** A key and a plan for each consumer; returns the ids of the keys, by consumer. Keys tell who asks, not that they may. */
export function makeUsagePlans(
  name: string,
  { stage, consumers }: { stage: apigateway.Stage; consumers: ApiSettings['consumers'] },
  options: pulumi.CustomResourceOptions,
): Readonly<Record<string, pulumi.Output<string>>> {
  const keys = Object.entries(consumers).map(([consumer, { ratePerSecond, burst, quota, period }]) => {
    const part = `${name}-${consumer}`;
    const key = new apigateway.ApiKey(part, { description: `Key of ${consumer}` }, options);
    const plan = new apigateway.UsagePlan(
      part,
      {
        description: `What ${consumer} may ask`,
        apiStages: [{ apiId: stage.restApi, stage: stage.stageName }],
        throttleSettings: { rateLimit: ratePerSecond, burstLimit: burst },
        quotaSettings: { limit: quota, period },
      },
      options,
    );
    new apigateway.UsagePlanKey(part, { keyId: key.id, keyType: 'API_KEY', usagePlanId: plan.id }, options);
    return [consumer, key.id] as const;
  });
  return Object.fromEntries(keys);
}
