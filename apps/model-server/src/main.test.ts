import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openSqliteRegistry } from '@ml-platform/registry';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';

const main = path.join(import.meta.dirname, 'main.ts');
const fixture = path.join(import.meta.dirname, '../../../libs/serving/fixtures/delay');
const body = JSON.stringify({ instances: [{ origin: 'LAX', hour: 14, distance: 580 }] });

vi.setConfig({ testTimeout: 30_000 });

let models: string;
let started: ChildProcessWithoutNullStreams[] = [];

beforeAll(async () => {
  models = await mkdtemp(path.join(tmpdir(), 'models-'));
  const registry = await openSqliteRegistry(models);
  const { version } = await registry.register({ name: 'delays', source: fixture });
  await registry.promote('delays', version);
  await registry.close();
});
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  started = [];
});
afterAll(() => rm(models, { recursive: true }));

function start(...flags: string[]) {
  const child = spawn(process.execPath, [main, '--models', models, '--model', 'delays', ...flags]);
  started.push(child);
  return child;
}

async function listening(...flags: string[]) {
  const child = start('--port', '0', '--json', ...flags);
  const [line] = await once(child.stdout, 'data');
  return { child, ...(JSON.parse(String(line)) as { url: string; predict: string }) };
}

async function refusal(...flags: string[]) {
  const child = start(...flags);
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return [code, stderr];
}

test('prints one line of JSON when it listens, and nothing else', async () => {
  const child = start('--port', '0', '--json');
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk) => {
      printed[name] += chunk;
    });
  }
  await once(child.stdout, 'data');
  const { url, ...line } = JSON.parse(printed.stdout);
  expect(line).toEqual({
    model: 'delays',
    version: '1',
    alias: 'champion',
    predict: `${url}/predict`,
    docs: `${url}/docs`,
    openapi: `${url}/openapi.json`,
  });
  const response = await fetch(line.predict, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  expect(await response.json()).toMatchObject({ model: { name: 'delays', version: '1' }, predictions: [{ label: 1 }] });
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(printed).toEqual({ stdout: expect.stringMatching(/^\{.*\}\n$/), stderr: '' });
});

test('predictions are logged, counted, and all written at the end', async () => {
  const log = path.join(models, 'log');
  const { child, url, predict } = await listening('--log-predictions', log);
  const ask = () => fetch(predict, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  await Promise.all(Array.from({ length: 50 }, ask));
  const metrics = await fetch(`${url}/metrics`);
  expect(metrics.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const counts = [...(await metrics.text()).matchAll(/^prediction_log_rows\S* (\d+)$/gm)].map(([, count]) =>
    Number(count),
  );
  expect(counts).toHaveLength(3);
  expect(counts.reduce((sum, count) => sum + count)).toBe(50);
  await ask();
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
  const lines = globSync('*/*.jsonl', { cwd: log }).flatMap((file) => {
    return readFileSync(path.join(log, file), 'utf8').trimEnd().split('\n');
  });
  expect(lines).toHaveLength(51);
  const inputs = { origin: 'LAX', hour: 14, distance: 580 };
  expect(JSON.parse(lines[50] ?? '')).toMatchObject({ model: 'delays', version: '1', inputs, outputs: { label: 1 } });
});

test('without --json the line is for people', async () => {
  const child = start('--port', '0', '--alias', '1');
  const [line] = await once(child.stdout, 'data');
  expect(String(line)).toMatch(/^delays 1 \(1\) predicts on http:\/\/127\.0\.0\.1:\d+\/predict, see http.*\/docs\n$/);
});

test('a request in flight is answered after SIGTERM, a new one is not', async () => {
  const { child, url } = await listening();
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const headers = [
    'host: x',
    'content-type: application/json',
    `content-length: ${body.length}`,
    'expect: 100-continue',
  ];
  socket.write(`POST /predict HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
  expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1\.1 100/);
  child.kill('SIGTERM');
  await vi.waitFor(() => expect(fetch(`${url}/health`)).rejects.toThrow(), { timeout: 10_000 });
  socket.write(body);
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*connection: close[\s\S]*"label":1/);
  expect(await once(child, 'close')).toEqual([0, null]);
});

test('an idle connection does not hold up the end', async () => {
  const { child, url } = await listening();
  await (await fetch(`${url}/health`)).text();
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
});

test('a port in use is refused with another one', async () => {
  const { url } = await listening();
  const port = Number(new URL(url).port);
  expect(await refusal('--port', String(port))).toEqual([
    5,
    `error: port ${port} on 127.0.0.1 is in use\nhint:  pass --port ${port + 1}\n`,
  ]);
});

test('a host that is not this machine is refused', async () => {
  const [code, stderr] = await refusal('--host', '192.0.2.1', '--port', '0');
  expect(code).toBe(5);
  expect(stderr).toMatch(/^error: can't listen on 192\.0\.2\.1, port 0: .*EADDRNOTAVAIL.*\nhint: {2}pass --host 127/);
});

test('a model or alias that is not there is refused with what is', async () => {
  expect(await refusal('--model', 'delay')).toEqual([
    7,
    `error: no model "delay" in ${models}\nhint:  there is delays\n`,
  ]);
  expect(await refusal('--alias', 'challenger')).toEqual([
    7,
    'error: the model "delays" has no version or alias "challenger"\nhint:  there is 1 = champion\n',
  ]);
  const [code, stderr] = await refusal('--models', path.join(models, 'none'));
  expect([code, stderr]).toEqual([7, expect.stringMatching(/^error: no model registry in .*none\nhint: /)]);
});

test('as SageMaker starts it: serve, a folder, a port to bind to', async () => {
  const env = { ...process.env, SM_MODEL_DIR: fixture, MODEL_NAME: 'delays', SAGEMAKER_BIND_TO_PORT: '0', PORT: '1' };
  const child = spawn(process.execPath, [main, 'serve', '--json'], { env });
  started.push(child);
  const [line] = await once(child.stdout, 'data');
  const { url, model, version, alias } = JSON.parse(String(line));
  expect([model, version, alias]).toEqual(['delays', expect.stringMatching(/^[0-9a-f]{12}$/), version]);
  expect((await fetch(`${url}/ping`)).status).toBe(200);
  const headers = { 'content-type': 'text/csv' };
  const answer = await fetch(`${url}/invocations`, { method: 'POST', headers, body: 'LAX,14,580\n' });
  expect(await answer.text()).toMatch(/^0\.60295\d*,1$/);
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
});

test('as SageMaker starts a multi-model endpoint', async () => {
  const env = { ...process.env, SAGEMAKER_MULTI_MODEL: 'true', PORT: '0' };
  const child = spawn(process.execPath, [main, 'serve'], { env });
  started.push(child);
  const [line] = await once(child.stdout, 'data');
  const url = /^loads models on (.*)\/models, see .*\/docs\n$/.exec(String(line))?.[1];
  const headers = { 'content-type': 'application/json' };
  const place = JSON.stringify({ model_name: 'delays', url: fixture });
  expect((await fetch(`${url}/models`, { method: 'POST', headers, body: place })).status).toBe(200);
  const answer = await fetch(`${url}/models/delays/invoke`, { method: 'POST', headers, body });
  expect(await answer.json()).toMatchObject({ predictions: [{ label: 1 }] });
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
});

test('a folder that holds no model is refused', async () => {
  const child = spawn(process.execPath, [main, '--model-dir', models]);
  started.push(child);
  const stderr = once(child.stderr, 'data');
  expect(await once(child, 'close')).toEqual([7, null]);
  expect(String(await stderr)).toMatch(/^error: no model\.json in /);
});

test('help is printed at once', async () => {
  const child = start('--help');
  const [text] = await once(child.stdout, 'data');
  expect(String(text)).toContain('--alias champion');
  expect(await once(child, 'close')).toEqual([0, null]);
});
