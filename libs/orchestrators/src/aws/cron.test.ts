import fc from 'fast-check';
import { expect, test } from 'vitest';
import { awsCron } from './cron.ts';

test.each([
  ['30 4 * * 1', 'cron(30 4 ? * MON *)'],
  ['0 12 * * *', 'cron(0 12 * * ? *)'],
  ['*/15 8-18 * * mon-fri', 'cron(0,15,30,45 8-18 ? * MON-FRI *)'],
  ['0 0 1,15 jan,jul *', 'cron(0 0 1,15 1,7 ? *)'],
  ['0 0 * * 5-7', 'cron(0 0 ? * SUN,FRI-SAT *)'],
  ['0 0 * * 7', 'cron(0 0 ? * SUN *)'],
  ['5 */6 */10 * *', 'cron(5 0,6,12,18 1,11,21,31 * ? *)'],
])('%s is %s', (unix, aws) => {
  expect(awsCron(unix)).toEqual({ cron: aws });
});

test.each([
  ['0 0 13 * 5', 'it names days of the month and days of the week'],
  ['60 0 * * *', 'its minute is 60'],
  ['0 0 L * *', 'its day of month is L'],
  ['0 0 * * fri-mon', 'its day of week is fri-mon'],
  ['5/15 * * * *', 'its minute is 5/15'],
  ['0 0 * * 1,', 'its day of week is 1,'],
])("%s can't be said", (unix, problem) => {
  expect(awsCron(unix)).toEqual({ problem });
});

/** Which times five fields name, by the letter of cron's manual. */
function isUnixTime(cron: string, at: readonly number[]): boolean {
  return cron.split(' ').every((field, index) => {
    const value = at[index] ?? 0;
    return field.split(',').some((part) => {
      const [range = '', step = '1'] = part.split('/');
      const lowest = index === 2 || index === 3 ? 1 : 0;
      const [low = '', high = low] = range.split('-');
      if (range === '*') return (value - lowest) % Number(step) === 0;
      return [value, ...(index === 4 && value === 0 ? [7] : [])].some(
        (candidate) =>
          candidate >= Number(low) && candidate <= Number(high) && (candidate - Number(low)) % Number(step) === 0,
      );
    });
  });
}

/** Which times AWS's six fields name, of the forms that are written here. */
function isAwsTime(cron: string, [minute = 0, hour = 0, day = 0, month = 0, weekday = 0]: readonly number[]): boolean {
  const fields = cron.slice('cron('.length, -1).split(' ');
  const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
  const numberOf = (text: string) => (days.includes(text) ? days.indexOf(text) : Number(text));
  return [minute, hour, day, month, weekday].every((value, index) => {
    return (fields[index] ?? '').split(',').some((part) => {
      const [low = '', high = low] = part.split('-');
      return part === '*' || part === '?' || (value >= numberOf(low) && value <= numberOf(high));
    });
  });
}

const fieldOf = (from: number, to: number) => {
  const value = fc.integer({ min: from, max: to });
  const range = fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const stepped = fc
    .tuple(fc.oneof(range, fc.constant('*')), fc.integer({ min: 1, max: 9 }))
    .map(([of, step]) => `${of}/${step}`);
  const part = fc.oneof(value.map(String), range, stepped);
  return fc.oneof(
    fc.constant('*'),
    fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(',')),
  );
};

test('both name the same times', () => {
  const days = fc.oneof(
    fieldOf(1, 31).map((day) => [day, '*']),
    fieldOf(0, 7).map((weekday) => ['*', weekday]),
  );
  const cron = fc
    .tuple(fieldOf(0, 59), fieldOf(0, 23), days, fieldOf(1, 12))
    .map(([minute, hour, [day, weekday], month]) => [minute, hour, day, month, weekday].join(' '));
  const at = fc.tuple(
    fc.integer({ min: 0, max: 59 }),
    fc.integer({ min: 0, max: 23 }),
    fc.integer({ min: 1, max: 31 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 0, max: 6 }),
  );
  fc.assert(
    fc.property(cron, fc.array(at, { minLength: 20 }), (unix, times) => {
      const found = awsCron(unix);
      if ('problem' in found) throw new Error(`${unix}: ${found.problem}`);
      expect(found.cron.length).toBeLessThanOrEqual(256);
      for (const time of times) expect(isAwsTime(found.cron, time), `${unix} at ${time}`).toBe(isUnixTime(unix, time));
    }),
  );
});
