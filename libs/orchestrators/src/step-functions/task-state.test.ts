import { expect, test } from 'vitest';
import { alone, stateOf, textOf } from './testing/compiled.ts';
import { runLocally } from './testing/run-locally.ts';
import { FORMS, on, SETTINGS } from './testing/settings.ts';

test.each(FORMS)('on %s a step that fails runs again, as often as it may', async (form) => {
  const text = textOf(alone({ retry: { attempts: 3 } }), on(form));
  const run = async (failures: number) => {
    let runs = 0;
    const job = async () => {
      runs += 1;
      if (runs <= failures) throw new Error('out of memory');
    };
    const outcome = await runLocally(text, {}, { job, object: () => '{}' }).then(
      () => 'done',
      () => 'failed',
    );
    return [outcome, runs];
  };
  expect(await run(2)).toEqual(['done', 3]);
  expect(await run(9)).toEqual(['failed', 3]);
});

test('an attempt waits as long as the step says, and no longer each time without a pause', () => {
  expect(stateOf({ retry: { attempts: 3, backoff: '30s', factor: 1.5 } })).toMatchObject({
    Retry: [{ ErrorEquals: ['States.TaskFailed'], MaxAttempts: 2, IntervalSeconds: 30, BackoffRate: 1.5 }],
  });
  expect(stateOf({ retry: { attempts: 2 } })).toMatchObject({
    Retry: [{ MaxAttempts: 1, IntervalSeconds: 1, BackoffRate: 1 }],
  });
  expect(() => textOf(alone({ retry: { attempts: 2, backoff: '9999d' } }))).toThrow(
    `step 'step-0': retry.backoff is 9999d; Step Functions takes at most 99999999s (source: Amazon States Language, "Retrier")`,
  );
});

test('a step runs on what its settings say, others on what all do', () => {
  const settings = { ...SETTINGS, steps: { 'step-0': { on: 'lambda' } } } as const;
  expect(stateOf({}, settings)?.Resource).toBe('arn:aws:states:::lambda:invoke');
  expect(stateOf({})?.Resource).toBe('arn:aws:states:::batch:submitJob.sync');
});

test.each(FORMS)('%s without settings of it is refused', (form) => {
  const { [form]: _, ...settings } = on(form);
  expect(() => textOf(alone(), settings)).toThrow(
    `step 'step-0' runs on ${form}, and the settings of step-functions have no ${form}`,
  );
});

test.each(['batch', 'sagemaker', 'ecs'] as const)('on %s labels that AWS takes for no tags are refused', (form) => {
  for (const labels of [{ 'aws:team': 'a' }, { 'team.$': 'a' }])
    expect(() => textOf(alone({}, { labels }), on(form))).toThrow(`'random': labels is`);
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`l${index}`, '']));
  expect(() => textOf(alone({}, { labels: many }), on(form))).toThrow('labels is 51; AWS takes at most 50 tags');
  expect(() => textOf(alone({}, { labels: { team: 'a'.repeat(257) } }), on(form))).toThrow('labels.team is');
});
