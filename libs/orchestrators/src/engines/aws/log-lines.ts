import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { askAws, isMissing } from './explain.ts';

export interface LogStream {
  readonly group: string;
  readonly stream: string;
}

/** The lines of a log stream from its beginning; none where it isn't there yet. */
export async function* logLines(logs: CloudWatchLogsClient, { group, stream }: LogStream): AsyncIterable<string> {
  const { GetLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  let nextToken: string | undefined;
  for (;;) {
    const page = new GetLogEventsCommand({
      logGroupName: group,
      logStreamName: stream,
      startFromHead: true,
      ...(nextToken !== undefined && { nextToken }),
    });
    const found = await askAws(`read the log ${stream}`, () => logs.send(page).catch(nothingWhereMissing));
    for (const { message = '' } of found?.events ?? []) yield* message.trimEnd().split('\n');
    // At the end of a stream the same token comes back.
    if (found?.nextForwardToken === undefined || found.nextForwardToken === nextToken) return;
    nextToken = found.nextForwardToken;
  }
}

/** Streams of a group whose names start so. */
export async function streamsOf(logs: CloudWatchLogsClient, group: string, prefix: string): Promise<LogStream[]> {
  const { paginateDescribeLogStreams } = await import('@aws-sdk/client-cloudwatch-logs');
  const pages = paginateDescribeLogStreams({ client: logs }, { logGroupName: group, logStreamNamePrefix: prefix });
  return askAws(`list the logs of ${prefix}`, async () => {
    const found: LogStream[] = [];
    try {
      for await (const { logStreams = [] } of pages) {
        found.push(...logStreams.map(({ logStreamName = '' }) => ({ group, stream: logStreamName })));
      }
    } catch (thrown) {
      nothingWhereMissing(thrown);
    }
    return found;
  });
}

/** A job that has not started yet has no log. */
function nothingWhereMissing(thrown: unknown): undefined {
  if (!isMissing(thrown)) throw thrown;
  return undefined;
}
