import { expect, test } from 'vitest';
import { readyLock, requirementsOf } from './ready-lock.ts';
import { pythonPackagesOf, type StepKind } from './step-files.ts';

const packagesOf = (kind: StepKind) => [
  ...pythonPackagesOf({ name: 'step', kind, language: 'python', model: 'sales' }),
];
const lockOf = (requirements: readonly string[], present?: string) =>
  readyLock(`# Ours.\n${requirements.join('\n')}\n`, present);

test.each(['ingest', 'transform', 'check', 'train'] as const)('a project of a step of kind %s has its lock', (kind) => {
  const lock = lockOf(packagesOf(kind));
  expect(requirementsOf(lock ?? '')).toEqual(packagesOf(kind).sort());
});

test('a project that gets a step which imports more gets the lock of both', () => {
  const all = [...new Set([...packagesOf('ingest'), ...packagesOf('train'), ...packagesOf('evaluate')])];
  expect(lockOf(all, lockOf(packagesOf('ingest')))).toBe(lockOf(packagesOf('train')));
});

test("packages, versions and locks of the team's own have none", () => {
  expect(lockOf([...packagesOf('train'), 'polars'])).toBeUndefined();
  expect(lockOf(['duckdb<2'])).toBeUndefined();
  expect(lockOf(packagesOf('ingest'), 'duckdb==1.4.0\n')).toBeUndefined();
});
