import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Answer } from './ask.ts';
import { isLost, judge, percentile } from './verdict.ts';

const model = { name: 'delays', version: '7' };
const RELEASE = { model: { ...model, contentHash: 'a'.repeat(64), example: {} } } as Parameters<typeof judge>[1];
const ok = (milliseconds = 10): Answer => ({ milliseconds, model });
const failed = (problem = '500'): Answer => ({ milliseconds: 10, problem });
const many = (count: number, answer: Answer) => Array.from({ length: count }, () => answer);
const LIMITS = { maxErrors: 1, maxP95: 100 };

test('what keeps the limits, just so, is kept', () => {
  const verdict = judge([...many(95, ok()), ...many(4, ok(900)), failed()], RELEASE, LIMITS);
  expect(verdict).toEqual({
    ...{ probes: 100, errors: 1, errorPercent: 1, p50: 10, p95: 10, others: 0 },
    problems: [{ problem: '500', count: 1 }],
  });
});

test('what fails, and what is slow, is said', () => {
  expect(judge([...many(9, ok()), failed()], RELEASE, LIMITS).problem).toBe('1 of 10 probes failed: 1 % may');
  expect(judge([...many(94, ok()), ...many(6, ok(250))], RELEASE, LIMITS).problem).toBe(
    'p95 is 250 ms, at most 100 ms was allowed',
  );
  expect(judge([], RELEASE, LIMITS).problem).toBe('no probe was sent');
});

test('problems are told by how often they came, answers of another model are counted', () => {
  const other = { milliseconds: 1, model: { name: 'delays', version: '6' } };
  const verdict = judge([failed('a'), failed('b'), failed('b'), other, ok()], RELEASE, LIMITS);
  expect(verdict.problems).toEqual([
    { problem: 'b', count: 2 },
    { problem: 'a', count: 1 },
  ]);
  expect(verdict.others).toBe(1);
});

test('a server without a registry goes by the first digits of the hash', () => {
  const answer = (version: string) => judge([{ milliseconds: 1, model: { name: 'x', version } }], RELEASE, LIMITS);
  expect(answer('a'.repeat(12)).others).toBe(0);
  expect(answer('a'.repeat(11)).others).toBe(1);
});

test('what is lost is judged to fail however the rest ends, and only that is lost', () => {
  const answer = fc.oneof(
    fc.integer({ min: 1, max: 200 }).map((milliseconds) => ok(milliseconds)),
    fc.constant(failed()),
  );
  const limits = fc.record({ maxErrors: fc.integer({ min: 0, max: 30 }), maxP95: fc.integer({ min: 1, max: 200 }) });
  fc.assert(
    fc.property(fc.array(answer, { maxLength: 40 }), fc.integer({ min: 1, max: 30 }), limits, (answers, more, kept) => {
      const planned = answers.length + more;
      const best = judge([...answers, ...many(more, ok(0))], RELEASE, kept);
      expect(best.problem !== undefined).toBe(isLost(answers, planned, kept));
    }),
  );
});

test('a percentile is a value that was measured', () => {
  expect([50, 95, 100].map((percent) => percentile([1, 2, 3, 4], percent))).toEqual([2, 4, 4]);
  expect(percentile([], 95)).toBe(0);
});
