import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { z } from 'zod';
import { askAws } from '../aws/explain.ts';
import { type LogStream, logLines } from '../aws/log-lines.ts';
import { sageMakerStreams } from '../aws/sagemaker-logs.ts';
import type { StartedJob } from './history.ts';

/** AWS Batch user guide, "Using the awslogs log driver": where a job's log is unless its definition says. */
const BATCH_GROUP = '/aws/batch/job';

/** What a job of a step has written. */
export async function* jobLogs(job: StartedJob, region: string | undefined): AsyncIterable<string> {
  const { CloudWatchLogsClient: Client } = await import('@aws-sdk/client-cloudwatch-logs');
  const logs = new Client(region === undefined ? {} : { region });
  if (job.service === 'lambda') return yield* callLines(logs, job);
  // A client for a task's definition would weigh more than it is worth: the definition says where its log is.
  if (job.service === 'ecs') return yield 'the log of a task of ECS is where its task definition sends it';
  const streams = job.service === 'batch' ? await batchStreams(job, region) : await sageMakerStreams(logs, job.answer);
  for (const stream of streams) yield* logLines(logs, stream);
}

const submitted = z.object({ JobId: z.string() });

/** One per attempt. */
async function batchStreams({ answer }: StartedJob, region: string | undefined): Promise<LogStream[]> {
  const { JobId } = submitted.parse(answer);
  const { BatchClient, DescribeJobsCommand } = await import('@aws-sdk/client-batch');
  const batch = new BatchClient(region === undefined ? {} : { region });
  const { jobs = [] } = await askAws(`look at the job ${JobId}`, () =>
    batch.send(new DescribeJobsCommand({ jobs: [JobId] })),
  );
  return jobs.flatMap(({ container, attempts = [] }) => {
    const group = container?.logConfiguration?.options?.['awslogs-group'] ?? BATCH_GROUP;
    const names = [...attempts.map((attempt) => attempt.container?.logStreamName), container?.logStreamName];
    return [...new Set(names)].flatMap((stream) => (stream === undefined ? [] : [{ group, stream }]));
  });
}

const called = z.object({ FunctionName: z.string() });

/** A function's log has the calls of others too: what was said in the time of this one. */
async function* callLines(logs: CloudWatchLogsClient, { answer, from, to }: StartedJob): AsyncIterable<string> {
  const { paginateFilterLogEvents } = await import('@aws-sdk/client-cloudwatch-logs');
  const name = called.parse(answer).FunctionName.split(':function:').at(-1)?.split(':')[0] ?? '';
  const logGroupName = `/aws/lambda/${name}`;
  const window = { startTime: from.getTime(), ...(to && { endTime: to.getTime() + 1 }) };
  const pages = paginateFilterLogEvents({ client: logs }, { logGroupName, ...window });
  const found = await askAws(`read the log ${logGroupName}`, async () => {
    const lines: string[] = [];
    for await (const { events = [] } of pages) lines.push(...events.map(({ message = '' }) => message.trimEnd()));
    return lines;
  });
  yield* found;
}
