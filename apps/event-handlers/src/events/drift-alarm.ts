import { z } from 'zod';

/** An alarm of CloudWatch that began, as EventBridge tells: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
export const driftAlarm = z.object({
  source: z.literal('aws.cloudwatch'),
  'detail-type': z.literal('CloudWatch Alarm State Change'),
  time: z.iso.datetime(),
  detail: z.object({ alarmName: z.string(), state: z.object({ value: z.literal('ALARM') }) }),
});
