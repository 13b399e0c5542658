import { expect, test } from 'vitest';
import { masked } from './masked.ts';

test.each([
  // secretlint-disable-next-line
  ['postgres://me:secret@db:5432/shop is away', 'postgres://***@db:5432/shop is away'],
  ['mysql://me:s%40e:c@db/x', 'mysql://***@db/x'],
  ['GET https://api/x?page=2&api_key=secret&n=1', 'GET https://api/x?page=2&api_key=***&n=1'],
  ['https://api/x?access_token=secret', 'https://api/x?access_token=***'],
  ['s3://bucket/a@b.csv', 's3://bucket/a@b.csv'],
  ['mail me@example.com', 'mail me@example.com'],
])('%s', (text, shown) => expect(masked(text)).toBe(shown));
