import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reportMetric } from './native-trial-report.ts';

interface Asked {
  readonly path: string | undefined;
  readonly token: string | undefined;
  readonly body: Record<string, unknown>;
}

let folder: string;
let server: Server;
let asked: Asked[];
let answers: number[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-'));
  [asked, answers] = [[], []];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push({ path: request.url, token: request.headers.authorization, body: JSON.parse(body) });
    response.writeHead(answers.shift() ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'no such run' }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterEach(async () => {
  await new Promise((closed) => server.close(closed));
  await rm(folder, { recursive: true });
});

const metric = { output: 'metrics', name: 'auc' };
const uri = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/mlflow/v1.0/workspaces/ml?remote=True`;

test('Vertex AI finds the metric in the file that cloudml-hypertune would write', async () => {
  const file = join(folder, 'made/on/the/way/output.metrics');
  await reportMetric(metric, 1e-7, { CLOUD_ML_TRIAL_ID: '7', CLOUD_ML_HP_METRIC_FILE: file });
  const text = await readFile(file, 'utf8');
  expect(text.endsWith('}\n')).toBe(true);
  expect(JSON.parse(text)).toEqual({
    checkpoint_path: '',
    global_step: '0',
    'metrics.auc': '1e-7',
    timestamp: expect.any(Number),
    trial: '7',
  });
});

test('Azure gets it through the REST interface of MLflow, with its token', async () => {
  const env = { MLFLOW_RUN_ID: 'run-1', MLFLOW_TRACKING_URI: uri(), MLFLOW_TRACKING_TOKEN: 'secret' };
  await reportMetric(metric, 0.7, env);
  expect(asked).toEqual([
    {
      path: '/mlflow/v1.0/workspaces/ml/api/2.0/mlflow/runs/log-metric',
      token: 'Bearer secret',
      body: {
        run_id: 'run-1',
        run_uuid: 'run-1',
        key: 'metrics.auc',
        value: 0.7,
        timestamp: expect.any(Number),
        step: 0,
      },
    },
  ]);
});

test("its own scheme stands for https, and a service that isn't ready is asked again", async () => {
  answers = [503, 429];
  await reportMetric(metric, 0.7, { MLFLOW_RUN_ID: 'run-1', MLFLOW_TRACKING_URI: uri() });
  expect(asked).toHaveLength(3);
  expect(asked[0]?.token).toBeUndefined();
  const azure = uri().replace('http:', 'azureml:');
  await expect(reportMetric(metric, 0.7, { MLFLOW_RUN_ID: 'run-1', MLFLOW_TRACKING_URI: azure })).rejects.toMatchObject(
    {
      code: 'environment',
      message: expect.stringMatching(/^MLflow at https:\/\/127\.0\.0\.1:\d+\/.* didn't take the trial's metric: /),
    },
  );
});

test('a refusal is told in the words of MLflow', async () => {
  answers = [404];
  await expect(reportMetric(metric, 1, { MLFLOW_RUN_ID: 'x', MLFLOW_TRACKING_URI: uri() })).rejects.toMatchObject({
    code: 'environment',
    message: expect.stringMatching(/didn't take the trial's metric: 404, no such run$/),
  });
  expect(asked).toHaveLength(1);
});

test('without an engine, or with an MLflow that is a folder, nothing is told', async () => {
  await reportMetric(metric, 1, {});
  await reportMetric(metric, 1, { MLFLOW_RUN_ID: 'x', MLFLOW_TRACKING_URI: `file://${folder}` });
  expect(asked).toEqual([]);
});
