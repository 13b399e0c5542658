import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PublishedServer, publishedServer } from './published-server.ts';

let server: PublishedServer;
let answer: object;
beforeEach(async () => {
  answer = { run_id: '1', state: 'RUNNING' };
  server = await publishedServer(['kubeflow'], {
    RunService_CreateRun: () => ({ json: answer }),
    RunService_GetRun: () => ({ json: answer }),
  });
});
afterEach(() => server.close());

async function ask(path: string, body?: object): Promise<string> {
  const request = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${server.url}/apis/v2beta1/${path}`, request);
  return `${response.status} ${await response.text()}`;
}

test('what is published is taken, and nothing else is', async () => {
  expect(await ask('runs', { display_name: 'a', runtime_config: { parameters: { any: [1] } } })).toMatch(/^200 /);
  expect(await ask('runs', { displayName: 'a' })).toMatch(/^400 .*Unrecognized key: \\"displayName\\"/);
  expect(await ask('runs', { runtime_config: { pipeline_root: 7 } })).toMatch(/^400 .*runtime_config\.pipeline_root/);
  expect(await ask('runs/1')).toMatch(/^200 /);
  expect(await ask('runs/1?view=FULL')).toMatch(/^400 .*there is no query view/);
  expect(await ask('pipelines')).toMatch(/^400 .*is no operation of it/);
  answer = { run_id: '1', state: 'Running' };
  expect(await ask('runs/1')).toMatch(/^400 .*state/);
});
