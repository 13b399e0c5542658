import { type Charge, HOURS_PER_MONTH, type PricingFacts } from '@ml-platform/conventions/cost';

/** As inputs come from a program: a number may be text. */
export type Inputs = Readonly<Record<string, unknown>>;

/** What bills by the hour, whether it is used or not. */
export function hourly(facts: PricingFacts, what: string, key: string, count = 1): Charge {
  return monthly(facts, what, key, count * HOURS_PER_MONTH);
}

/** What bills by the month; undefined where the table lacks its price. */
export function monthly(facts: PricingFacts, what: string, key: string, count = 1): Charge {
  const price = facts.find(key);
  return { what: price === undefined ? `${what}: no price for ${key}` : what, idle: price && price * count };
}

/** What costs nothing until it is used. */
export function byUse(facts: PricingFacts, what: string, ...keys: readonly string[]): Charge {
  return { what, idle: 0, scales: scales(facts, what, ...keys) };
}

export function scales(facts: PricingFacts, what: string, ...keys: readonly string[]): string[] {
  return [`${what}: ${keys.map(facts.rate).join(', ')}`];
}

export function numberOf(value: unknown, otherwise: number): number {
  const number = Number(value ?? otherwise);
  return Number.isFinite(number) ? number : otherwise;
}

/** A nested block of inputs, which is a list of one in some types. */
export function block(inputs: Inputs, key: string): Inputs {
  const value = inputs[key];
  return ((Array.isArray(value) ? value[0] : value) ?? {}) as Inputs;
}

export function listOf(inputs: Inputs, key: string): readonly Inputs[] {
  const value = inputs[key];
  return Array.isArray(value) ? value : [];
}
