import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const GUIDE = join(import.meta.dirname, '../../../docs/bigquery.md');
const FIXTURE = join(import.meta.dirname, 'fixtures/visits');

const files = [...readFileSync(GUIDE, 'utf8').matchAll(/^`apps\/visits\/src\/(\S+)`:\n\n```\w+\n(.*?)^```$/gms)];

test('the files of the guide are those that the tests run', () => {
  expect(files.map(([, path]) => path)).toEqual(['steps/forecast.ts', 'steps/forecast.run.ts', 'steps/forecast.sql']);
  for (const [, path = '', text] of files) expect(text).toBe(readFileSync(join(FIXTURE, path), 'utf8'));
});
