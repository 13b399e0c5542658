import { expect, test } from 'vitest';
import { readOptions } from './options.ts';

test('the number of runs has a default, and flags are read', () => {
  expect(readOptions([], 11)).toEqual({ json: false, runs: 11 });
  expect(readOptions(['--json', '--runs', '3'], 11)).toEqual({ json: true, runs: 3 });
});

test.each([['0'], ['-1'], ['many'], ['1.5']])('--runs=%s is refused', (runs) => {
  expect(() => readOptions([`--runs=${runs}`], 11)).toThrow(`--runs is '${runs}', expected a number`);
});

test('an unknown flag is refused', () => {
  expect(() => readOptions(['--run', '3'], 11)).toThrow(expect.objectContaining({ code: 'usage' }));
});
