import { componentsOf } from '../inventory/components.ts';
import type { DeclaredResource } from '../program/index.ts';
import { type Charge, type Commitment, type CostBook, HOURS_PER_MONTH, type PricingFacts } from './cost-book.ts';
import { type PriceTable, pricesIn } from './price-table.ts';

export interface CostLine extends Charge {
  readonly component: string;
  readonly resource: string;
  readonly type: string;
}

export interface Estimate {
  readonly date: string;
  readonly currency: string;
  /** Whose prices these are. */
  readonly region: string;
  /** The stack's own, where the table has no prices for it. */
  readonly otherRegion?: string;
  readonly lines: readonly CostLine[];
  readonly idlePerMonth: number;
  readonly budget?: number;
  /** What is billed, but isn't in the table: it comes on top. */
  readonly notPriced: readonly { readonly type: string; readonly resource: string; readonly why: string }[];
  readonly free: Readonly<Record<string, number>>;
  readonly commitments: readonly Committable[];
}

/** What a stack uses all the time, which a commitment would make cheaper. */
export interface Committable {
  readonly name: string;
  readonly perHour: number;
  readonly perMonth: number;
}

/** What a stack costs in a month: idle, and how that grows with use. */
export function estimate(
  resources: readonly DeclaredResource[],
  prefix: string,
  book: CostBook,
  table: PriceTable,
): Estimate {
  const stackRegion = book.regionOf(resources) ?? '';
  const facts = factsOf(resources, table, stackRegion);
  const placed = componentsOf(resources, prefix).flatMap(({ name, resources: own }) => {
    return own.map((resource) => ({ component: name, resource }));
  });
  const all = placed.flatMap(({ component, resource }): CostLine[] => {
    const { type, name } = resource;
    const charges = book.pricers[type]?.(resource, facts) ?? [];
    return charges.map((charge) => ({ component, resource: name, type, ...charge }));
  });
  const lines = all.filter(({ idle }) => idle !== undefined);
  const budget = book.budgetOf(resources);
  return {
    date: facts.date,
    currency: facts.currency,
    region: facts.region,
    ...(facts.region !== stackRegion && { otherRegion: stackRegion }),
    lines,
    idlePerMonth: sum(lines),
    ...(budget !== undefined && { budget }),
    notPriced: [
      ...placed.filter(({ resource }) => !isKnown(resource, book)).map(({ resource }) => unknownType(resource)),
      ...all
        .filter(({ idle }) => idle === undefined)
        .map(({ type, resource, what }) => ({ type, resource, why: what })),
    ],
    free: countFree(
      placed.map(({ resource }) => resource.type),
      book,
    ),
    commitments: committable(lines, book),
  };
}

function factsOf(resources: readonly DeclaredResource[], table: PriceTable, region: string): PricingFacts {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const behind: PricingFacts['behind'] = (resource, input, type) => {
    const urns = resource.propertyDependencies[input] ?? [];
    return urns.flatMap((urn) => byUrn.get(urn) ?? []).filter((one) => one.type === type);
  };
  return { ...pricesIn(table, region), behind, all: (type) => resources.filter((one) => one.type === type) };
}

function isKnown({ type }: DeclaredResource, { pricers, free }: CostBook): boolean {
  return type in pricers || free.includes(type);
}

function unknownType({ type, name }: DeclaredResource) {
  return { type, resource: name, why: 'no rule for this type' };
}

function countFree(types: readonly string[], { free }: CostBook): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const type of types.filter((one) => free.includes(one)).sort()) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

function committable(lines: readonly CostLine[], { commitments }: CostBook): Committable[] {
  return (Object.entries(commitments) as [Commitment, string][]).flatMap(([commitment, name]) => {
    const perMonth = sum(lines.filter((line) => line.commitment === commitment));
    return perMonth > 0 ? [{ name, perHour: perMonth / HOURS_PER_MONTH, perMonth }] : [];
  });
}

export function sum(charges: readonly Charge[]): number {
  return charges.reduce((total, { idle = 0 }) => total + idle, 0);
}
