import type { DeclaredResource } from '../program/index.ts';
import type { Prices } from './price-table.ts';

/** What a steady use can be committed to for a year or three, at a lower price. */
export type Commitment = 'compute' | 'database' | 'machine learning';

/** Something that a resource is billed for. */
export interface Charge {
  /** As the bill would call it: `NAT gateway`. */
  readonly what: string;
  /** For a month in which nothing is asked of it; undefined where the table has no price for it. */
  readonly idle: number | undefined;
  /** What comes on top with use, and at what price. */
  readonly scales?: readonly string[];
  /** Which commitment would cover what it costs idle. */
  readonly commitment?: Commitment;
}

/** What a pricer may look at beside the resource itself. */
export interface PricingFacts extends Prices {
  /** Resources of a type that an input of this one is made from. */
  readonly behind: (resource: DeclaredResource, input: string, type: string) => readonly DeclaredResource[];
  readonly all: (type: string) => readonly DeclaredResource[];
}

export type Pricer = (resource: DeclaredResource, facts: PricingFacts) => readonly Charge[];

/** How a cloud's resources are priced. A type is in `pricers` or in `free`; one that is in neither isn't priced. */
export interface CostBook {
  /** Path of the table of prices. */
  readonly table: string;
  readonly pricers: Readonly<Record<string, Pricer>>;
  /** Types that cost nothing, whatever is done with them. */
  readonly free: readonly string[];
  /** What the stack itself says may be spent in a month. */
  readonly budgetOf: (resources: readonly DeclaredResource[]) => number | undefined;
  /** Of the provider that makes the resources. */
  readonly regionOf: (resources: readonly DeclaredResource[]) => string | undefined;
  /** Names of the commitments, as the cloud sells them. */
  readonly commitments: Readonly<Record<Commitment, string>>;
}

/** A month as bills count it: a year's hours, by twelve. */
export const HOURS_PER_MONTH = 730;
