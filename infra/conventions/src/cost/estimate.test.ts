import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { component, declared, urnOf } from '../inventory/testing/declared.ts';
import type { CostBook } from './cost-book.ts';
import { costReport } from './cost-report.ts';
import { estimate } from './estimate.ts';
import { type PriceTable, pricesIn, readPriceTable } from './price-table.ts';

const SOURCE = 'https://example.com/pricing';
const TABLE: PriceTable = {
  date: '2025-06-01',
  currency: 'USD',
  regions: ['here', 'there'],
  prices: {
    key: { price: 1, per: 'month', source: SOURCE },
    server: { price: { here: 0.1, there: 0.2 }, per: 'hour', source: SOURCE },
  },
};

const BOOK: CostBook = {
  table: '',
  pricers: {
    'x:a/key:Key': (_, { find }) => [{ what: 'key', idle: find('key') }],
    'x:a/server:Server': (server, { find, rate, behind }) => {
      const [size] = behind(server, 'size', 'x:a/size:Size');
      const count = Number(size?.inputs.count ?? 1);
      const hour = find(String(server.inputs.kind ?? 'server'));
      return [
        {
          what: 'server',
          idle: hour && hour * 730 * count,
          scales: [`more: ${rate('server')}`],
          commitment: 'compute',
        },
      ];
    },
  },
  free: ['x:a/size:Size'],
  budgetOf: (resources) => (resources.some(({ name }) => name === 'rich') ? 1000 : undefined),
  regionOf: () => 'there',
  commitments: { compute: 'Plan for compute', database: 'Plan for databases', 'machine learning': 'Plan for models' },
};

const RESOURCES = [
  ...component('Keys', 'acme-dev-keys', declared('x:a/key:Key', 'one'), declared('x:a/key:Key', 'two')),
  ...component(
    'Serving',
    'acme-dev-serving',
    declared('x:a/server:Server', 's', { propertyDependencies: { size: [urnOf('x:a/size:Size', 'z')] } }),
    declared('x:a/size:Size', 'z', { inputs: { count: 3 } }),
  ),
];

const estimated = (more: Parameters<typeof estimate>[0] = [], book: Partial<CostBook> = {}) =>
  estimate([...RESOURCES, ...more], 'acme-dev', { ...BOOK, ...book }, TABLE);

test('a stack costs what its resources cost idle, by the prices of its region', () => {
  const { idlePerMonth, lines, free, notPriced, region } = estimated();
  expect(idlePerMonth).toBeCloseTo(2 + 3 * 0.2 * 730);
  expect(lines.map(({ component: of, what }) => `${of} ${what}`)).toEqual(['keys key', 'keys key', 'serving server']);
  expect([free, notPriced, region]).toEqual([{ 'x:a/size:Size': 1 }, [], 'there']);
});

test('a type without a rule, and one without a price, are listed and never counted as nothing', () => {
  const unknown = declared('x:a/new:New', 'n');
  const unpriced = declared('x:a/server:Server', 'gpu', { inputs: { kind: 'gpu' } });
  const { notPriced, idlePerMonth } = estimated([unknown, unpriced]);
  expect(notPriced).toEqual([
    { type: 'x:a/new:New', resource: 'n', why: 'no rule for this type' },
    { type: 'x:a/server:Server', resource: 'gpu', why: 'server' },
  ]);
  expect(idlePerMonth).toBeCloseTo(estimated().idlePerMonth);
  expect(costReport('Stack dev', estimated([unknown, unpriced]))).toContain(
    'Not priced, and not in the sum:\n  x:a/new:New: no rule for this type\n  x:a/server:Server: server\n',
  );
});

test('a region that has no prices gets those of the first, and the report says so', () => {
  const other = estimated([], { regionOf: () => 'elsewhere' });
  expect(other).toMatchObject({ region: 'here', otherRegion: 'elsewhere' });
  expect(costReport('Stack dev', other)).toContain('list prices of 2025-06-01 for here, which stand in for elsewhere');
});

test('the report says what is spent on what, how much of the budget that is, and what a commitment would cover', () => {
  const report = costReport('Stack dev', estimated([declared('x:a/size:Size', 'rich')]));
  expect(report).toBe(`Stack dev: USD in a month in which nothing is asked of it

  component  what    count    idle
  keys                        2.00
             key         2    2.00
  serving                   438.00
             server      1  438.00

440.00 USD in all, 44 % of the budget of 1000 USD

On top, with use:
  serving: more: 0.2 USD per hour

In use all the time, at prices without a commitment:
  Plan for compute: 0.6000 USD an hour, 438.00 a month

2 more resources cost nothing.
An estimate from list prices of 2025-06-01 for there: without taxes, free tiers, discounts and hours off.
Check it against the account's own prices before you rely on it.
`);
});

test('more than the budget is said aloud, and so is a stack that has none', () => {
  const over = estimated([], { budgetOf: () => 100 });
  expect(costReport('Stack dev', over)).toContain('440 % of the budget of 100 USD: MORE than the budget');
  expect(costReport('Stack dev', estimated())).toContain('and the stack has no budget');
});

test('a resource more never makes a stack cheaper', () => {
  const type = fc.constantFrom('x:a/key:Key', 'x:a/server:Server', 'x:a/size:Size', 'x:a/new:New');
  fc.assert(
    fc.property(fc.array(type), (types) => {
      const costs = types.map((_, count) => {
        return estimated(types.slice(0, count).map((of, index) => declared(of, `r${index}`))).idlePerMonth;
      });
      expect(costs).toEqual(costs.toSorted((a, b) => a - b));
    }),
  );
});

test('a price that is in no table is an error that names the nearest', () => {
  expect(() => pricesIn(TABLE, 'here').rate('servr')).toThrow(/no price 'servr'/);
});

test('a table that lacks a region, a date or a source is refused', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'prices-')), 'prices.yaml');
  const read = (table: object) => {
    writeFileSync(file, JSON.stringify(table));
    return readPriceTable(file);
  };
  expect(read(TABLE)).toEqual(TABLE);
  const server = { price: { here: 1 }, per: 'hour', source: SOURCE };
  expect(() => read({ ...TABLE, prices: { server } })).toThrow(/server has prices for here/);
  expect(() => read({ ...TABLE, date: 'June' })).toThrow(/no table of prices/);
  expect(() => read({ ...TABLE, prices: { server: { price: 1, per: 'hour' } } })).toThrow(/source/);
});
