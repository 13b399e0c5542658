import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunContext } from '../options.ts';
import type { BigQueryServer } from './bigquery-server.ts';

/** A step at work, in a folder of its own. */
export interface StepRun {
  readonly folder: string;
  readonly context: RunContext & { readonly step: string; readonly project: string };
  /** What it said, line by line. */
  readonly lines: readonly string[];
  readonly stop: AbortController;
  readonly remove: () => Promise<void>;
}

export interface Given extends Partial<Pick<RunContext, 'params' | 'inputs'>> {
  /** File names: `forecast.parquet` is the output `forecast`. */
  readonly outputs?: readonly string[];
}

export async function stepRun({ params = {}, inputs = {}, outputs = [] }: Given = {}): Promise<StepRun> {
  const folder = await mkdtemp(join(tmpdir(), 'step-'));
  await mkdir(join(folder, 'out'));
  const lines: string[] = [];
  const stop = new AbortController();
  const paths = outputs.map((name) => [name.split('.')[0] ?? '', join(folder, 'out', name)]);
  return {
    folder,
    lines,
    stop,
    context: {
      step: 'forecast',
      project: '/work/apps/visits',
      params,
      inputs,
      outputs: Object.fromEntries(paths) as Record<string, string>,
      log: (message) => void lines.push(message),
      signal: stop.signal,
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What the environment of a step says that works with a server. */
export function stepEnvironment({ environment, lake }: BigQueryServer): Record<string, string> {
  return {
    ...environment,
    LAKE: lake,
    BIGQUERY_PROJECT: 'acme',
    BIGQUERY_LOCATION: 'EU',
    BIGQUERY_STAGING: 'gs://acme-lake/staging',
  };
}
