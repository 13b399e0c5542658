import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allocateCidrs, type Cidr, containsCidr, formatCidr, overlapsCidr, parseCidr } from './cidr.ts';

const sizeOf = ({ prefix }: Cidr) => 2 ** (32 - prefix);
const block = () =>
  fc.integer({ min: 0, max: 32 }).chain((prefix) => {
    return fc.integer({ min: 0, max: 2 ** prefix - 1 }).map((index) => ({ first: index * 2 ** (32 - prefix), prefix }));
  });

test('a block is read as it was written', () => {
  expect(parseCidr('10.20.0.0/16')).toEqual({ first: 10 * 2 ** 24 + 20 * 2 ** 16, prefix: 16 });
  expect(parseCidr('0.0.0.0/0')).toEqual({ first: 0, prefix: 0 });
  fc.assert(
    fc.property(block(), (cidr) => {
      expect(parseCidr(formatCidr(cidr))).toEqual(cidr);
    }),
  );
});

test.each(['10.20.0.0', '10.20.0.0/33', '10.256.0.0/16', '10.20.0/16', ' 10.20.0.0/16', ''])(
  "'%s' is refused",
  (text) => {
    expect(() => parseCidr(text)).toThrow(expect.objectContaining({ code: 'config' }));
  },
);

test('an address within a block is no block', () => {
  expect(() => parseCidr('10.20.0.1/16')).toThrow("'10.20.0.1/16' is no block of IPv4 addresses");
});

test('blocks overlap just when one of them holds the first address of the other', () => {
  const holds = (cidr: Cidr, address: number) => address >= cidr.first && address < cidr.first + sizeOf(cidr);
  fc.assert(
    fc.property(block(), block(), (one, other) => {
      const common = holds(one, other.first) || holds(other, one.first);
      expect(overlapsCidr(one, other)).toBe(common);
      expect(overlapsCidr(other, one)).toBe(common);
      expect(containsCidr(one, other)).toBe(holds(one, other.first) && sizeOf(other) <= sizeOf(one));
    }),
  );
});

test('what is allocated lies within, apart, and where a block of its size can be', () => {
  const wanted = fc.array(fc.integer({ min: 20, max: 30 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(
      block().filter(({ prefix }) => prefix <= 16),
      wanted,
      (outer, prefixes) => {
        const blocks = allocateCidrs(outer, prefixes);
        expect(blocks.map(({ prefix }) => prefix)).toEqual(prefixes);
        for (const [index, one] of blocks.entries()) {
          expect(containsCidr(outer, one)).toBe(true);
          expect(parseCidr(formatCidr(one))).toEqual(one);
          expect(blocks.slice(index + 1).some((other) => overlapsCidr(one, other))).toBe(false);
        }
        expect(allocateCidrs(outer, prefixes.slice(0, -1))).toEqual(blocks.slice(0, -1));
      },
    ),
  );
});

test('what does not fit is refused', () => {
  const outer = parseCidr('10.0.0.0/24');
  expect(allocateCidrs(outer, [25, 25]).map(formatCidr)).toEqual(['10.0.0.0/25', '10.0.0.128/25']);
  expect(() => allocateCidrs(outer, [25, 25, 28])).toThrow('10.0.0.0/24 has no room for blocks of /25, /25, /28');
  expect(() => allocateCidrs(outer, [23])).toThrow(expect.objectContaining({ code: 'config' }));
});
