export interface Group {
  readonly count: number;
  /** Where their numbers begin: others draw others. */
  readonly from?: number;
  /** For how long the longest have been customers. */
  readonly months?: number;
}

export interface Customer {
  readonly plan: string;
  readonly months: number;
  readonly calls: number;
  readonly spent: number;
}

/** Who is on the basic plan, new, and had to call often, leaves sooner. */
export function customers({ count, from = 0, months = 60 }: Group): (Customer & { left: string })[] {
  return Array.from({ length: count }, (_, index) => {
    const chance = drawsOf(from + index);
    const customer = {
      plan: chance() < 0.4 ? 'plus' : 'basic',
      months: Math.floor(chance() * months),
      calls: Math.floor(chance() * 10),
      spent: Math.floor(chance() * 10_000) / 100,
    };
    const score = (customer.plan === 'basic' ? 1 : -1) - 0.1 * (customer.months - 25) + 0.7 * (customer.calls - 4.5);
    return { ...customer, left: chance() < 1 / (1 + Math.exp(-score)) ? 'yes' : 'no' };
  });
}

export function csv(rows: readonly object[]): string {
  const [first = {}] = rows;
  return [Object.keys(first), ...rows.map((row) => Object.values(row))].map((cells) => `${cells.join()}\n`).join('');
}

/** Numbers from 0 to 1 that are the same whenever they are drawn: the generator mulberry32. */
function drawsOf(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
