import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { z } from 'zod';
import type { Tune } from '../document/document.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** As Google's cloudml-hypertune has it, where the service names no file. */
const HYPERTUNE_FILE = '/tmp/hypertune/output.metrics';
const ATTEMPTS = 3;
const ATTEMPT_MILLISECONDS = 30_000;
const PAUSE_MILLISECONDS = 500;

/**
 * Tells the engine that leads a search how a trial went, where it doesn't read that from the log: Vertex AI reads a file,
 * Azure Machine Learning asks its MLflow.
 *
 * @throws PlatformError `environment` where MLflow can't be reached or refuses.
 */
export async function reportMetric(
  { output, name }: Tune['metric'],
  value: number,
  env: Environment = process.env,
): Promise<void> {
  const metric = `${output}.${name}`;
  await toHypertune(metric, value, env);
  await toMlflow(metric, value, env);
}

/** The format of cloudml-hypertune 0.1.0: a line of JSON per report, of which a trial has one. */
async function toHypertune(
  metric: string,
  value: number,
  { CLOUD_ML_TRIAL_ID: trial, CLOUD_ML_HP_METRIC_FILE: given }: Environment,
): Promise<void> {
  if (trial === undefined && given === undefined) return;
  const file = given ?? HYPERTUNE_FILE;
  const report = {
    checkpoint_path: '',
    global_step: '0',
    [metric]: String(value),
    timestamp: Date.now() / 1000,
    trial: trial ?? '0',
  };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(report)}\n`);
}

/** MLflow's REST API, "Log Metric"; Azure writes its address with a scheme of its own. */
async function toMlflow(
  key: string,
  value: number,
  { MLFLOW_RUN_ID: run_id, MLFLOW_TRACKING_URI: uri, MLFLOW_TRACKING_TOKEN: token }: Environment,
): Promise<void> {
  const address = (uri ?? '').replace(/^azureml:/, 'https:');
  if (run_id === undefined || !/^https?:/.test(address)) return;
  const { origin, pathname } = new URL(address);
  const url = `${origin}${pathname.replace(/\/+$/, '')}/api/2.0/mlflow/runs/log-metric`;
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const body = JSON.stringify({ run_id, run_uuid: run_id, key, value, timestamp: Date.now(), step: 0 });
  await post(url, { method: 'POST', headers, body });
}

async function post(url: string, request: RequestInit): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const answer = await ask(url, request);
    if (answer.refused === undefined) return;
    if (answer.canHelp && attempt < ATTEMPTS) {
      await sleep(PAUSE_MILLISECONDS * attempt);
      continue;
    }
    throw new PlatformError(`MLflow at ${url} didn't take the trial's metric: ${answer.refused}`, {
      code: 'environment',
      hint: 'look at MLFLOW_TRACKING_URI, MLFLOW_RUN_ID and MLFLOW_TRACKING_TOKEN, and at the network',
    });
  }
}

interface Answer {
  /** What went wrong. */
  readonly refused?: string;
  /** Whether asking again can help. */
  readonly canHelp?: boolean;
}

const refusal = z.object({ message: z.string() });

async function ask(url: string, request: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(ATTEMPT_MILLISECONDS) });
    if (response.ok) return {};
    const said = refusal.safeParse(await response.json().catch(() => undefined));
    const canHelp = response.status >= 500 || response.status === 429;
    return { refused: said.success ? `${response.status}, ${said.data.message}` : String(response.status), canHelp };
  } catch (thrown) {
    return { refused: messageOf(thrown instanceof Error ? (thrown.cause ?? thrown) : thrown), canHelp: true };
  }
}
