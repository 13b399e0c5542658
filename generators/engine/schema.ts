import { readFileSync } from 'node:fs';

const GENERATORS = new URL('../generators.json', import.meta.url);

/** A generator, as `nx g` knows it. */
export interface Generator {
  readonly name: string;
  readonly schema: Schema;
}

/** The part of a generator's schema.json that is read here; Nx reads all of it. */
export interface Schema {
  readonly description: string;
  readonly examples: readonly { readonly command: string; readonly description: string }[];
  readonly properties: Readonly<Record<string, Property>>;
  readonly required: readonly string[];
  /** Which answers make other options pointless, and which these are. */
  readonly allOf?: readonly {
    readonly if: { readonly properties: Readonly<Record<string, { readonly enum: readonly unknown[] }>> };
    readonly then: { readonly properties: Readonly<Record<string, false>> };
  }[];
}

export interface Property {
  readonly type: 'string' | 'boolean' | 'integer' | 'number';
  readonly description: string;
  readonly default?: string | number | boolean;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly 'x-prompt'?: string;
  readonly $default?: { readonly $source: string };
}

/** Whether an option has nothing to say after these answers. */
export function isPointless(name: string, { allOf = [] }: Schema, answers: Readonly<Record<string, unknown>>): boolean {
  return allOf.some(
    ({ if: { properties }, then }) =>
      then.properties[name] === false &&
      Object.entries(properties).every(([other, { enum: values }]) => values.includes(answers[other])),
  );
}

/** All generators, in the order of generators.json. */
export function readGenerators(): Generator[] {
  const { generators } = readJson(GENERATORS) as { generators: Record<string, { schema: string }> };
  return Object.entries(generators).map(([name, { schema }]) => ({
    name,
    schema: readJson(new URL(schema, GENERATORS)) as Schema,
  }));
}

function readJson(file: URL): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
