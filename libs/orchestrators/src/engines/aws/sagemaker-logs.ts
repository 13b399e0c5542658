import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { type LogStream, streamsOf } from './log-lines.ts';

/** SageMaker developer guide, "CloudWatch Logs for Amazon SageMaker AI": groups by the kind of job. */
const GROUPS = {
  'processing-job': { group: '/aws/sagemaker/ProcessingJobs', ending: '/' },
  'training-job': { group: '/aws/sagemaker/TrainingJobs', ending: '/' },
  // Its trials are training jobs, with its name and a number before the rest of theirs.
  'hyper-parameter-tuning-job': { group: '/aws/sagemaker/TrainingJobs', ending: '-' },
} as const;

/** The log streams of the job whose ARN stands in what SageMaker answered. */
export async function sageMakerStreams(logs: CloudWatchLogsClient, answer: unknown): Promise<LogStream[]> {
  const arn = /:(processing-job|training-job|hyper-parameter-tuning-job)\/([^"]+)/;
  const [, kind, name] = arn.exec(JSON.stringify(answer) ?? '') ?? [];
  if (kind === undefined || name === undefined) return [];
  const { group, ending } = GROUPS[kind as keyof typeof GROUPS];
  return streamsOf(logs, group, `${name}${ending}`);
}
