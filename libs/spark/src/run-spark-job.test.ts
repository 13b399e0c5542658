import { PlatformError } from '@ml-platform/errors';
import { expect, test } from 'vitest';
import { runSparkJob } from './run-spark-job.ts';
import type { JobState, SparkService } from './service.ts';
import { jobIn } from './testing/job.ts';

type Look = JobState | PlatformError;

const gone = new PlatformError('the network is gone', { code: 'environment', hint: 'wait' });

/** A service whose job is in these states, one look after the other; the last one stays. */
function serviceWith(looks: readonly Look[], onStop: () => void = () => undefined) {
  const asked: string[] = [];
  const left = [...looks];
  const service: SparkService = {
    title: 'Sparkling',
    poll: 0.01,
    address: (uri) => uri,
    start: async ({ name }) => {
      asked.push(`start ${name}`);
      return 'j1';
    },
    look: async () => {
      const look = left.length > 1 ? left.shift() : left[0];
      if (look instanceof Error) throw look;
      return look ?? { name: 'lost' };
    },
    stop: async (id) => {
      asked.push(`stop ${id}`);
      onStop();
      left.splice(0, left.length, { name: 'CANCELLED', ended: 'stopped' });
    },
  };
  return { service, asked };
}

async function run(service: SparkService, signal = new AbortController().signal) {
  const lines: string[] = [];
  const failed = await runSparkJob(service, jobIn('s3://lake/1'), { log: (line) => lines.push(line), signal }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { lines, failed };
}

test('each change of state is a line, and the network may be gone for a while', async () => {
  const { service } = serviceWith([
    { name: 'PENDING' },
    { name: 'RUNNING' },
    gone,
    gone,
    { name: 'RUNNING' },
    { name: 'SUCCESS', ended: 'succeeded' },
  ]);
  expect(await run(service)).toEqual({
    lines: [
      'Sparkling: started j1',
      'Sparkling: pending',
      'Sparkling: running',
      'Sparkling: the network is gone; asking again',
      'Sparkling: success',
    ],
    failed: undefined,
  });
});

test.each([
  [{ name: 'FAILED', ended: 'failed', reason: 'out of memory' }, 'Sparkling: job j1 failed: out of memory'],
  [{ name: 'CANCELLED', ended: 'stopped' }, 'Sparkling: job j1 was stopped: CANCELLED'],
] as const)('%j is an error of the step', async (state, message) => {
  const { failed } = await run(serviceWith([state]).service);
  expect(failed).toMatchObject({ code: 'step', message, hint: expect.stringContaining('s3://lake/1/logs') });
});

test('a network that stays away, and a job that is not there, are errors', async () => {
  expect((await run(serviceWith([gone]).service)).failed).toBe(gone);
  const missing = new PlatformError('no such job', { code: 'notFound', hint: 'look' });
  expect((await run(serviceWith([missing]).service)).failed).toBe(missing);
});

test('told to stop, it stops the job and sees it end', async () => {
  const controller = new AbortController();
  const { service, asked } = serviceWith([{ name: 'RUNNING' }]);
  setTimeout(() => controller.abort(new Error('SIGTERM')), 50);
  const { lines, failed } = await run(service, controller.signal);
  expect(failed).toMatchObject({ message: 'SIGTERM' });
  expect(asked).toEqual(['start sales-aggregate', 'stop j1']);
  expect(lines.slice(-2)).toEqual(['Sparkling: told j1 to stop', 'Sparkling: j1 has ended']);
});

test('a job that cannot be stopped is named; one that is not wanted any more is not started', async () => {
  const controller = new AbortController();
  const { service, asked } = serviceWith([{ name: 'RUNNING' }], () => {
    throw gone;
  });
  setTimeout(() => controller.abort(new Error('SIGTERM')), 50);
  const { lines } = await run(service, controller.signal);
  expect(lines.at(-1)).toBe('Sparkling: j1 may still run: the network is gone');
  await run(service, controller.signal);
  expect(asked.filter((word) => word.startsWith('start'))).toHaveLength(1);
});
