import fc from 'fast-check';
import { z } from 'zod';
import type { WrittenConfig } from '../config/read-stack-config.ts';
import { ENVIRONMENTS } from '../environments.ts';

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
}

/**
 * Any config that a stack file may have in its sections, each with some of its settings: switches, choices and numbers at
 * random within what the schema allows, and the rest as some environment has it. Whether all that goes together is for the
 * rules to say.
 */
export function arbitraryConfig({ sections }: WrittenConfig): fc.Arbitrary<Record<string, Record<string, unknown>>> {
  const all = Object.entries(sections).map(([name, { schema, defaults }]) => {
    const { properties = {} } = z.toJSONSchema(schema, { unrepresentable: 'any' }) as Schema;
    const settings = Object.entries(properties).map(([key, one]) => {
      const usual = ENVIRONMENTS.map((environment) => (defaults[environment] as Record<string, unknown>)[key]);
      return [key, arbitraryValue(one, usual)] as const;
    });
    return [name, fc.record(Object.fromEntries(settings), { requiredKeys: [] })] as const;
  });
  return fc.record(Object.fromEntries(all), { requiredKeys: [] }).map((config) => JSON.parse(JSON.stringify(config)));
}

/** Of a number without bounds nothing but what is usual is known to make sense. */
function arbitraryValue({ type, enum: choices, minimum, maximum }: Schema, usual: unknown[]): fc.Arbitrary<unknown> {
  if (type === 'boolean') return fc.boolean();
  if (choices) return fc.constantFrom(...choices);
  if (type === 'integer' && minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER) {
    return fc.integer({ min: minimum, max: maximum });
  }
  return fc.constantFrom(...usual);
}
