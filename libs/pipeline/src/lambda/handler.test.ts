import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handler } from './handler.ts';

const PIPELINE = fileURLToPath(new URL('../runner/fixtures/pipeline.ts', import.meta.url));

let store: string;
beforeAll(async () => {
  store = await mkdtemp(join(tmpdir(), 'lambda-'));
});
afterAll(() => rm(store, { recursive: true }));

const invoke = (step: string, ...more: string[]) =>
  handler({ command: ['--pipeline', PIPELINE, '--step', step, '--store', store, ...more] });

test('a function runs a step, and answers with its result', async () => {
  const outputs = { numbers: join(store, 'artifacts/count/numbers.json') };
  expect(await invoke('count', '--param', 'upTo=2')).toMatchObject({ step: 'count', status: 'done', outputs });
  expect(JSON.parse(await readFile(outputs.numbers, 'utf8'))).toEqual([1, 2]);
});

test('a step that fails fails the function, with what to do in the message', async () => {
  await expect(invoke('failing')).rejects.toMatchObject({
    code: 'step',
    message: expect.stringMatching(/^step 'failing' of 'numbers' failed: .*\nhint: {2}mend it, then: /s),
  });
  await expect(invoke('coutn')).rejects.toThrow("has no step 'coutn'\nhint:  did you mean 'count'?");
});

test.each([[undefined], [{}], [{ command: 'run' }], [{ command: [1] }]])('the event %j is refused', async (event) => {
  await expect(handler(event as never)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(/^the event is .*, expected the arguments of run-step$/),
  });
});

test('many invocations of one process leave nothing behind', async () => {
  const listeners = () => ['SIGTERM', 'SIGINT'].map((signal) => process.listenerCount(signal));
  await invoke('count');
  const before = listeners();
  for (let time = 0; time < 3; time++) await invoke('count');
  expect(listeners()).toEqual(before);
});
