import type { PlatformError } from '@ml-platform/errors';
import { flag, parseOptions, text, texts, wrongUsage } from '../command-line.ts';

const OPTIONS = {
  predictions: text,
  since: text,
  registry: text,
  limit: texts,
  'min-rows': text,
  report: text,
  publish: text,
  stack: text,
  json: flag,
  debug: flag,
} as const;

export interface Limits {
  readonly all: number;
  readonly columns: Readonly<Record<string, number>>;
}

/** Practice takes an index from 0.1 on for a change, and from 0.2 or 0.25 on for one to act on. */
const LIMIT = 0.2;
/** By chance alone an index of 51 bins is some 50 / rows: 0.05 here. */
const MIN_ROWS = 1000;

/** @throws PlatformError `usage` that names the flag. */
export function readMonitorOptions(args: readonly string[], env = process.env) {
  const { values, positionals } = parse(args);
  const [model, ...others] = positionals;
  if (model === undefined || others.length > 0) throw usage('monitor needs one model');
  const predictions = values.predictions ?? (env.PREDICTION_LOG || undefined);
  if (predictions === undefined) throw usage('where are the predictions? Pass --predictions, or set PREDICTION_LOG');
  return {
    model,
    predictions,
    since: values.since === undefined ? undefined : readDate(values.since),
    registry: values.registry,
    limits: readLimits(values.limit ?? []),
    minRows: readCount(values['min-rows'] ?? String(MIN_ROWS)),
    report: values.report,
    publish: readPublish(values.publish, values.stack),
    json: values.json ?? false,
  };
}

function parse(args: readonly string[]) {
  return parseOptions('monitor', { args: [...args], options: OPTIONS, allowPositionals: true });
}

function readDate(given: string): Date {
  const isDate = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.test(given);
  // Without a zone JavaScript takes an instant for local time, and a day for UTC's.
  const date = new Date(/T.*\d$/.test(given) && !/[+-]\d\d:\d\d$/.test(given) ? `${given}Z` : given);
  if (isDate && !Number.isNaN(date.getTime())) return date;
  throw usage(`--since is '${given}', expected a day or an instant, as 2026-05-01 or 2026-05-01T12:00:00Z`);
}

function readLimits(given: readonly string[]): Limits {
  let all = LIMIT;
  const columns: Record<string, number> = {};
  for (const one of given) {
    const at = one.lastIndexOf('=');
    const limit = readLimit(one.slice(at + 1), one);
    if (at === -1) all = limit;
    else columns[one.slice(0, at)] = limit;
  }
  return { all, columns };
}

function readLimit(digits: string, given: string): number {
  if (/^\d+(\.\d+)?$/.test(digits) && Number(digits) > 0) return Number(digits);
  throw usage(`--limit is '${given}', expected a number above 0, or COLUMN=NUMBER`);
}

function readCount(given: string): number {
  if (/^[1-9]\d*$/.test(given)) return Number(given);
  throw usage(`--min-rows is '${given}', expected a number from 1`);
}

function readPublish(where: string | undefined, stack: string | undefined): { readonly stack: string } | undefined {
  if (where === undefined) {
    if (stack === undefined) return undefined;
    throw usage('--stack goes with --publish cloudwatch');
  }
  if (where !== 'cloudwatch') throw usage(`--publish is '${where}', expected cloudwatch`);
  if (stack !== undefined && stack !== '') return { stack };
  throw usage('--publish needs --stack, the prefix of a stack, as acme-dev');
}

export function usage(message: string): PlatformError {
  return wrongUsage('monitor', message);
}
