import type { LogKind } from './watched.ts';

export interface SavedQuery {
  readonly name: string;
  readonly kinds: readonly LogKind[];
  /** In the language of CloudWatch Logs Insights. */
  readonly query: string;
}

/** Numbers are levels of the model server (50 is an error), words those of functions. */
const IS_ERROR = 'level >= 50 or level = "ERROR" or level = "error"';

/** Questions that somebody has at night; each is kept for the log groups that can answer it. */
export const QUERIES: readonly SavedQuery[] = [
  {
    name: 'errors',
    kinds: ['serving', 'functions', 'jobs'],
    query: `fields @timestamp, @log, coalesce(err.message, errorMessage, message, @message) as error
| filter ${IS_ERROR}
| stats count(*) as times, latest(@timestamp) as last by error, @log
| sort times desc
| limit 50`,
  },
  {
    name: 'failed-requests',
    kinds: ['serving'],
    query: `fields @timestamp, reqId, req.method, req.url, err.message, err.stack
| filter ispresent(err.message)
| sort @timestamp desc
| limit 100`,
  },
  {
    name: 'function-memory-and-time',
    kinds: ['functions'],
    query: `filter type = "platform.report"
| stats max(record.metrics.maxMemoryUsedMB) as used, max(record.metrics.memorySizeMB) as given,
    pct(record.metrics.durationMs, 99) as p99ms, count(*) as calls by @log
| sort calls desc`,
  },
  {
    name: 'failed-steps',
    kinds: ['stateMachines'],
    query: `fields @timestamp, execution_arn, details.name as step, details.error as error, details.cause as cause
| filter type like /Failed|TimedOut|Aborted/
| sort @timestamp desc
| limit 100`,
  },
  {
    name: 'slow-statements',
    kinds: ['database'],
    query: `parse @message "duration: * ms" as ms
| filter ispresent(ms)
| sort ms desc
| display @timestamp, ms, @message
| limit 50`,
  },
  {
    name: 'refused-connections',
    kinds: ['network'],
    query: `filter action = "REJECT"
| stats count(*) as times by srcAddr, dstAddr, dstPort
| sort times desc
| limit 50`,
  },
  {
    name: 'api-errors',
    kinds: ['api'],
    query: `filter status >= 400
| stats count(*) as times by status, resourcePath
| sort times desc`,
  },
];

/** What the filter of a metric counts in logs of any of our programs. */
export const ERROR_PATTERN = '{ ($.level >= 50) || ($.level = "ERROR") || ($.level = "error") }';

/** Kinds of logs in which an error is one of ours. */
export const ERROR_KINDS: readonly LogKind[] = ['serving', 'functions', 'jobs'];
