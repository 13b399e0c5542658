import { expect, test } from 'vitest';
import { withParams } from './with-params.ts';

const TEXT = `# ours
ingest:
  source: a.csv # the newest
`;

test('a new step gets a section behind the others, which stay as they are', () => {
  expect(withParams(TEXT, 'train', { target: 'left' })).toBe(`${TEXT}\ntrain:\n  target: left\n`);
  expect(withParams('', 'train', { target: 'left' })).toBe('train:\n  target: left\n');
});

test('a section that is there gets what it lacks', () => {
  expect(withParams(TEXT, 'ingest', { source: 'b.csv', format: 'csv' })).toBe(`${TEXT}  format: csv\n`);
  expect(withParams(TEXT, 'ingest', { source: 'b.csv' })).toBe(TEXT);
});

test('a value that YAML would read as something else is quoted', () => {
  expect(withParams('', 'train', { target: 'yes: no', source: '1' })).toBe(
    'train:\n  target: "yes: no"\n  source: "1"\n',
  );
});
