import { readFileSync } from 'node:fs';
import { PlatformError, suggest } from '@ml-platform/errors';
import { parse } from 'yaml';
import { z } from 'zod';

const amount = z.number().nonnegative();

const priceTable = z.strictObject({
  date: z.iso.date().describe('Day on which the prices were those of the public price list'),
  currency: z.string().length(3),
  regions: z.array(z.string()).min(1).describe('Regions that have prices of their own; the first stands in for others'),
  prices: z.record(
    z.string(),
    z.strictObject({
      price: z.union([amount, z.record(z.string(), amount)]).describe('One for all regions, or one for each'),
      per: z.string().describe('What it is for: hour, month, GB'),
      source: z.url().describe('The page of the price list'),
    }),
  ),
});

export type PriceTable = z.output<typeof priceTable>;

/** The prices that hold in one region. */
export interface Prices {
  readonly date: string;
  readonly currency: string;
  /** Whose prices these are: not the stack's region, where that has none in the table. */
  readonly region: string;
  /** Undefined for what isn't in the table. */
  readonly find: (key: string) => number | undefined;
  /** As text: `0.50 USD per GB`. */
  readonly rate: (key: string) => string;
}

/**
 * Reads a table of list prices.
 *
 * @throws PlatformError `config` where it isn't one, or a price lacks one of the regions.
 */
export function readPriceTable(file: string): PriceTable {
  const parsed = priceTable.safeParse(parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw wrongTable(file, z.prettifyError(parsed.error));
  const { regions, prices } = parsed.data;
  for (const [key, { price }] of Object.entries(prices)) {
    if (typeof price === 'number') continue;
    const given = Object.keys(price).sort().join(', ');
    if (given !== [...regions].sort().join(', ')) throw wrongTable(file, `${key} has prices for ${given}`);
  }
  return parsed.data;
}

/** @throws PlatformError `notFound` from `rate`, for a key that isn't in the table. */
export function pricesIn({ date, currency, regions, prices }: PriceTable, stackRegion: string): Prices {
  const region = regions.find((one) => one === stackRegion) ?? regions[0] ?? stackRegion;
  const find = (key: string) => {
    const price = prices[key]?.price;
    return typeof price === 'object' ? price[region] : price;
  };
  const rate = (key: string) => {
    const price = find(key);
    if (price !== undefined) return `${price} ${currency} per ${prices[key]?.per}`;
    throw new PlatformError(`there is no price '${key}' in the table`, {
      code: 'notFound',
      hint: suggest(key, Object.keys(prices), 'prices'),
    });
  };
  return { date, currency, region, find, rate };
}

function wrongTable(file: string, what: string): PlatformError {
  return new PlatformError(`${file} is no table of prices: ${what}`, {
    code: 'config',
    hint: 'each price is { price, per, source }; price is one number, or one for each of regions',
  });
}
