import type { StepDocument } from '@ml-platform/pipeline';
import { expect, test } from 'vitest';
import { retryArguments, timeoutOfAllRuns } from './timeout.ts';

const step = (more: Partial<StepDocument>): StepDocument => ({
  name: 'train',
  runner: { language: 'typescript', module: 'src/train.ts' },
  paramsKey: 'train',
  inputs: {},
  outputs: {},
  ...more,
});

test('all runs of a step take its timeout each, and the pauses between them', () => {
  expect(timeoutOfAllRuns(step({}))).toBeUndefined();
  expect(timeoutOfAllRuns(step({ timeout: '1m' }))).toBe(60);
  expect(timeoutOfAllRuns(step({ timeout: '1m', retry: { attempts: 4, backoff: '10s' } }))).toBe(4 * 60 + 10 + 20 + 40);
  expect(timeoutOfAllRuns(step({ timeout: '1m', retry: { attempts: 3, backoff: '10s', factor: 1 } }))).toBe(200);
});

test('a step that is not to run again needs no word of it', () => {
  expect(retryArguments(step({ retry: { attempts: 1 } }))).toEqual([]);
  expect(retryArguments(step({ retry: { attempts: 2 } }))).toEqual(['--retry']);
});
