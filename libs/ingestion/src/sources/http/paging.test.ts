import { expect, test } from 'vitest';
import { parseExactly } from './exact-json.ts';
import { linkedPages } from './paging.ts';

const listing = new URL('https://api.example.com/v1/orders?key=secret&since=1');

function nextOf(link: string): string | number | null | undefined {
  const page = { state: null, url: listing, body: [], headers: new Headers({ link }), rows: 1 };
  return linkedPages().next(page, listing);
}

test.each([
  ['<https://api.example.com/v1/orders?page=2&key=secret&since=1>; rel="next"', '/v1/orders?page=2'],
  ['</a?x=1>; rel="prev", </b?page=3&key=other>; title="a, b"; rel=next', '/b?page=3&key=other'],
  ['<?page=2>; rel="last next"', '/v1/orders?page=2'],
  ['</a>; rel="nextpage"', undefined],
  ['</a>', undefined],
  ['', undefined],
])('%s', (link, next) => expect(nextOf(link)).toBe(next));

test('a page of a listing has the parameters of the listing', () => {
  expect(linkedPages().address(listing, '/v1/orders?page=2').href).toBe(
    'https://api.example.com/v1/orders?page=2&key=secret&since=1',
  );
});

test('whole numbers that a double does not hold stay texts, all else is as usual', () => {
  expect(
    parseExactly(
      '{"a":12345678901234567,"b":-9007199254740993,"c":1e300,"d":0.1234567890123456,"e":"12345678901234567"}',
    ),
  ).toEqual({
    a: '12345678901234567',
    b: '-9007199254740993',
    c: 1e300,
    d: 0.123_456_789_012_345_6,
    e: '12345678901234567',
  });
  expect(parseExactly('[1]')).toEqual([1]);
});
