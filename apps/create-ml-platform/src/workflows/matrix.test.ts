import { expect, test } from 'vitest';
import { combinationsOf } from './matrix.ts';

test('without a matrix there is one job', () => {
  expect(combinationsOf(undefined)).toEqual([{}]);
});

// The examples of GitHub's documentation.
test('vectors are crossed, less what is excluded', () => {
  expect(combinationsOf({ os: ['linux', 'mac'], node: [22, 24], exclude: [{ os: 'mac', node: 22 }] })).toEqual([
    { os: 'linux', node: 22 },
    { os: 'linux', node: 24 },
    { os: 'mac', node: 24 },
  ]);
});

test('what is included joins combinations that it does not change, or is one of its own', () => {
  const include = [
    { color: 'green' },
    { color: 'pink', animal: 'cat' },
    { fruit: 'banana' },
    { fruit: 'apple', shape: 'circle' },
  ];
  expect(combinationsOf({ fruit: ['apple', 'pear'], animal: ['cat', 'dog'], include })).toEqual([
    { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
    { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
    { fruit: 'pear', animal: 'cat', color: 'pink' },
    { fruit: 'pear', animal: 'dog', color: 'green' },
    { fruit: 'banana' },
  ]);
});

test('only included ones, or none', () => {
  expect(combinationsOf({ include: [{ stack: 'dev' }, { stack: 'prod' }] })).toEqual([
    { stack: 'dev' },
    { stack: 'prod' },
  ]);
  expect(combinationsOf({ include: [] })).toEqual([]);
});
