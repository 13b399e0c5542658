import { messageOf, PlatformError } from '@ml-platform/errors';

/** The alarm of a stack watches these: infra/aws/components/monitoring/alarms.ts. */
const NAMESPACE = 'ml-platform';
const METRIC = 'drift';

/**
 * Puts the highest index of any input, with the credentials and the region that the AWS tools find.
 *
 * @throws PlatformError `environment` where CloudWatch can't be reached or refuses.
 */
export async function publishToCloudWatch(stack: string, value: number): Promise<void> {
  const { CloudWatchClient, PutMetricDataCommand } = await import('@aws-sdk/client-cloudwatch');
  const client = new CloudWatchClient({});
  try {
    const datum = { MetricName: METRIC, Dimensions: [{ Name: 'stack', Value: stack }], Value: value };
    await client.send(new PutMetricDataCommand({ Namespace: NAMESPACE, MetricData: [datum] }));
  } catch (cause) {
    throw new PlatformError(`CloudWatch takes no metric of ${stack}: ${messageOf(cause)}`, {
      code: 'environment',
      hint: `set AWS_REGION, and allow cloudwatch:PutMetricData for the namespace ${NAMESPACE}`,
      cause,
    });
  } finally {
    client.destroy();
  }
}
