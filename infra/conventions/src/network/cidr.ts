import { PlatformError } from '@ml-platform/errors';

/** A block of IPv4 addresses: 10.20.0.0/16. */
export interface Cidr {
  /** The first address as a number of 32 bits. */
  readonly first: number;
  /** How many leading bits all addresses share: 0 to 32. */
  readonly prefix: number;
}

/**
 * Reads a block as it is written, `10.20.0.0/16`.
 *
 * @throws PlatformError `config` where it is no block, or where bits are set behind the prefix.
 */
export function parseCidr(text: string): Cidr {
  const [, address = '', length = ''] = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(text) ?? [];
  const bytes = address.split('.').map(Number);
  const prefix = Number(length);
  if (length === '' || prefix > 32 || bytes.some((byte) => byte > 255)) throw noCidr(text, 'four numbers up to 255');
  const first = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  if (first % sizeOf(prefix) !== 0) throw noCidr(text, `an address that begins a block of /${prefix}`);
  return { first, prefix };
}

export function formatCidr({ first, prefix }: Cidr): string {
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${bytes.join('.')}/${prefix}`;
}

/** Whether every address of `inner` is one of `outer`. */
export function containsCidr(outer: Cidr, inner: Cidr): boolean {
  return inner.prefix >= outer.prefix && overlapsCidr(outer, inner);
}

/** Whether two blocks have an address in common. */
export function overlapsCidr(one: Cidr, other: Cidr): boolean {
  const size = sizeOf(Math.min(one.prefix, other.prefix));
  return Math.floor(one.first / size) === Math.floor(other.first / size);
}

/**
 * Takes blocks of the given prefix lengths out of `block`, in that order, each at the first address behind the one before
 * that its size can begin at. So what is appended to the list moves nothing.
 *
 * @throws PlatformError `config` where they don't fit.
 */
export function allocateCidrs(block: Cidr, prefixes: readonly number[]): Cidr[] {
  const end = block.first + sizeOf(block.prefix);
  let next = block.first;
  return prefixes.map((prefix) => {
    const size = sizeOf(prefix);
    const first = Math.ceil(next / size) * size;
    if (prefix > 32 || first + size > end) {
      throw new PlatformError(`${formatCidr(block)} has no room for blocks of /${prefixes.join(', /')}`, {
        code: 'config',
        hint: 'give the network a larger block: a smaller number behind the slash',
      });
    }
    next = first + size;
    return { first, prefix };
  });
}

function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}

function noCidr(text: string, expected: string): PlatformError {
  return new PlatformError(`'${text}' is no block of IPv4 addresses: expected ${expected}`, {
    code: 'config',
    hint: 'write it as 10.20.0.0/16',
  });
}
