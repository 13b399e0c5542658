import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { type LogStream, streamsOf } from './log-lines.ts';

/** SageMaker developer guide, "CloudWatch Logs for Amazon SageMaker AI": groups by the kind of job. */
const GROUPS = {
  'processing-job': '/aws/sagemaker/ProcessingJobs',
  'training-job': '/aws/sagemaker/TrainingJobs',
} as const;

/** The log streams of the job whose ARN stands in what SageMaker answered. */
export async function sageMakerStreams(logs: CloudWatchLogsClient, answer: unknown): Promise<LogStream[]> {
  const [, kind, name] = /:(processing-job|training-job)\/([^"]+)/.exec(JSON.stringify(answer) ?? '') ?? [];
  if (kind === undefined || name === undefined) return [];
  return streamsOf(logs, GROUPS[kind as keyof typeof GROUPS], `${name}/`);
}
