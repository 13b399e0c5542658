import { expect, test } from 'vitest';
import { looping, statesOf, textOf } from './testing/compiled.ts';
import { expectValid } from './testing/expect-valid.ts';
import { runLocally } from './testing/run-locally.ts';
import { on, SETTINGS } from './testing/settings.ts';

test('a loop is a list, a Map of a job per item, and a job that looks whether all are there', () => {
  const states = statesOf(looping({ timeout: '1h', resources: { cpu: 2 }, spot: true, retry: { attempts: 2 } }));
  expect(Object.keys(states).slice(5)).toEqual(['list', 'loop: list', 'loop: items', 'loop']);
  expect(states['loop: list']).toMatchObject({
    Resource: 'arn:aws:states:::aws-sdk:s3:getObject',
    Parameters: {
      Bucket: 'lake',
      'Key.$': "States.Format('runs/{}/artifacts/list/items.json', $$.Execution.Name)",
    },
    ResultPath: '$.list',
    Next: 'loop: items',
  });
  const command = (last: string) =>
    `States.Array('run-step', '--pipeline', 'src/pipeline.ts', '--step', 'loop', '--store', States.Format('s3://lake/runs/{}', $$.Execution.Name), '--params-json', $.params, ${last})`;
  expect(states['loop: items']).toMatchObject({
    Type: 'Map',
    ItemsPath: '$.list.json',
    ItemSelector: { 'item.$': "States.Format('{}', $$.Map.Item.Index)", 'params.$': '$.params' },
    MaxConcurrency: 40,
    ItemProcessor: {
      ProcessorConfig: { Mode: 'INLINE' },
      StartAt: 'loop: item',
      States: {
        'loop: item': {
          Parameters: {
            JobQueue: 'spot',
            ContainerOverrides: {
              'Command.$': command("'--item', $.item"),
              ResourceRequirements: [{ Type: 'VCPU', Value: '2' }],
            },
            Timeout: { AttemptDurationSeconds: 3600 },
          },
          Retry: [{ MaxAttempts: 1 }],
          End: true,
        },
      },
    },
    ResultPath: '$.list',
    Next: 'loop',
  });
  expect(states.loop).toMatchObject({
    Comment: 'after list',
    Parameters: { JobQueue: 'on-demand', ContainerOverrides: { 'Command.$': command("'--collect'") } },
    Retry: [{ MaxAttempts: 1 }],
  });
  expect(JSON.stringify(states.loop)).not.toMatch(/ResourceRequirements|Timeout/);
});

test('as many items run at once as the settings say', () => {
  expect(statesOf(looping(), { ...SETTINGS, concurrency: 3 })['loop: items']).toMatchObject({ MaxConcurrency: 3 });
});

test('with fanOut: runner a loop is one job, whose timeout the step runner counts item by item', () => {
  const settings = { ...SETTINGS, fanOut: 'runner' } as const;
  const text = textOf(looping({ timeout: '10s' }), settings);
  expectValid(text);
  expect(text).not.toMatch(/Timeout|"Map"|--item|--collect/);
});

test('with fanOut: runner an item may not take longer than a function of Lambda either', () => {
  const settings = { ...on('lambda'), fanOut: 'runner' } as const;
  expect(() => textOf(looping({ timeout: '1h' }), settings)).toThrow("step 'loop': timeout is 1h; AWS Lambda");
});

test('an item that fails runs again alone; where it fails for good, so does the execution', async () => {
  const text = textOf(looping({ retry: { attempts: 3 } }));
  const run = async (failures: number) => {
    const runs: Record<string, number> = {};
    const job = async (command: readonly string[]) => {
      const last = command.at(-1) ?? '';
      runs[last] = (runs[last] ?? 0) + 1;
      if (last === '1' && runs[last] <= failures) throw new Error('out of memory');
    };
    const outcome = await runLocally(text, {}, { job, object: () => '["a", "b", "c"]' }).then(
      () => 'done',
      () => 'failed',
    );
    return [outcome, runs];
  };
  expect(await run(2)).toEqual(['done', { '{}': 1, 0: 1, 1: 3, 2: 1, '--collect': 1 }]);
  expect(await run(3)).toEqual(['failed', { '{}': 1, 0: 1, 1: 3, 2: 1 }]);
});

test('a list that is none fails the execution', async () => {
  const run = runLocally(textOf(looping()), {}, { job: async () => undefined, object: () => '{"a": 1}' });
  await expect(run).rejects.toThrow();
});
