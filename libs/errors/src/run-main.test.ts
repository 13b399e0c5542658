import { afterEach, expect, test, vi } from 'vitest';
import { PlatformError } from './platform-error.ts';
import { describeError, runMain } from './run-main.ts';

const refused = new PlatformError('port 8080 is in use', { code: 'environment', hint: 'pass --port 8081' });

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

test('a platform error prints as message and hint, without a stack', () => {
  expect(describeError(refused)).toBe('error: port 8080 is in use\nhint:  pass --port 8081');
});

test('debug adds the stack, and any other error always has one', () => {
  expect(describeError(refused, true)).toContain('run-main.test.ts');
  expect(describeError(new TypeError('x is not a function'))).toContain('run-main.test.ts');
});

test('the exit code follows from the error code', async () => {
  const printed = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  await runMain(() => Promise.reject(refused));
  expect(process.exitCode).toBe(5);
  expect(printed).toHaveBeenCalledWith('error: port 8080 is in use\nhint:  pass --port 8081\n');
  await runMain(() => {
    throw new Error('a defect');
  });
  expect(process.exitCode).toBe(1);
});
