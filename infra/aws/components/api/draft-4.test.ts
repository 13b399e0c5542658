import { Ajv2020 } from 'ajv/dist/2020.js';
import AjvDraft4 from 'ajv-draft-04';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { draft4Schema, type Schema } from './draft-4.ts';

const draft2020 = new Ajv2020({ strict: false, validateFormats: false });
const draft4 = new AjvDraft4.default({ strict: false, validateFormats: false });

const takes2020 = (schema: unknown, value: unknown) => draft2020.validate(schema as object, value);
const takes4 = (schema: unknown, value: unknown) => draft4.validate(schema as object, value);
const bare = (schema: unknown) => {
  const { $schema, ...rest } = draft4Schema(schema);
  return rest;
};

test.each<[string, Schema, Schema]>([
  ['a constant', { const: 'ok' }, { enum: ['ok'] }],
  ['an exclusive bound', { exclusiveMinimum: 3 }, { minimum: 3, exclusiveMinimum: true }],
  [
    'two bounds, the narrower one exclusive',
    { minimum: 1, exclusiveMinimum: 3 },
    { minimum: 3, exclusiveMinimum: true },
  ],
  ['two bounds, the narrower one not', { maximum: 1, exclusiveMaximum: 3 }, { maximum: 1 }],
  ['several types', { type: ['string', 'null'] }, { type: ['string', 'null'] }],
  ['nothing required', { required: [] }, {}],
  ['anything, and nothing', { properties: { a: true, b: false } }, { properties: { a: {}, b: { not: {} } } }],
  [
    'a list by places',
    { prefixItems: [{ type: 'string' }], items: false },
    { items: [{ type: 'string' }], additionalItems: { not: {} } },
  ],
  ['notes', { description: 'x', format: 'int64', examples: [1], default: 1 }, { description: 'x' }],
])('%s', (_, schema, wanted) => {
  expect(bare(schema)).toEqual(wanted);
});

test('what draft 4 has no word for is left out, never turned into more than was said', () => {
  expect(bare({ propertyNames: { pattern: '^a' }, type: 'object' })).toEqual({ type: 'object' });
  expect(bare({ not: { contains: { type: 'string' } } })).toEqual({});
  expect(bare({ oneOf: [{ contains: { type: 'string' } }, { type: 'array' }] })).toEqual({
    anyOf: [{}, { type: 'array' }],
  });
  expect(bare({ oneOf: [{ type: 'string' }, { type: 'array' }] })).toEqual({
    oneOf: [{ type: 'string' }, { type: 'array' }],
  });
});

test('what a schema refers to comes along, once, though it refers to itself', () => {
  const schemas = {
    Node: {
      type: 'object',
      properties: { next: { $ref: '#/components/schemas/Node' }, at: { $ref: '#/components/schemas/At' } },
    },
    At: { type: 'integer', exclusiveMinimum: 0 },
    Other: { type: 'string' },
  };
  const schema = { $ref: '#/components/schemas/Node', required: ['at'] };
  const converted = draft4Schema(schema, schemas);
  expect(converted.allOf).toEqual([{ $ref: '#/definitions/Node' }, { required: ['at'] }]);
  expect(Object.keys(converted.definitions as object).sort()).toEqual(['At', 'Node']);
  expect(takes4(converted, { at: 1, next: { next: {} } })).toBe(true);
  expect(takes4(converted, { at: 1, next: { at: 0 } })).toBe(false);
  expect(takes4(converted, {})).toBe(false);
});

describe('for any schema and value', () => {
  const value = fc.anything({
    key: fc.constantFrom('a', 'b', 'c'),
    values: [fc.string({ maxLength: 4 }), fc.integer({ min: -3, max: 3 }), fc.boolean(), fc.constant(null)],
    maxDepth: 2,
  });
  const { schema } = fc.letrec<{ schema: unknown }>((tie) => {
    const key = fc.constantFrom('a', 'b');
    const types = fc.constantFrom('string', 'number', 'object', 'array', 'null', 'boolean');
    const bound = fc.integer({ min: -2, max: 2 });
    const some = fc.array(tie('schema'), { minLength: 1, maxLength: 2 });
    const part = fc.record(
      {
        ...{
          type: types,
          const: value,
          minimum: bound,
          exclusiveMinimum: bound,
          maximum: bound,
          exclusiveMaximum: bound,
        },
        ...{ properties: fc.dictionary(key, tie('schema'), { maxKeys: 2 }), required: fc.uniqueArray(key) },
        ...{ additionalProperties: tie('schema'), items: tie('schema'), prefixItems: some, not: tie('schema') },
        ...{ oneOf: some, anyOf: some, contains: tie('schema'), propertyNames: tie('schema'), if: tie('schema') },
        ...{ minItems: fc.nat(2), maxLength: fc.nat(3) },
      },
      { requiredKeys: [] },
    );
    return { schema: fc.oneof({ maxDepth: 2 }, fc.boolean(), part) };
  });

  test('draft 4 takes what 2020-12 takes', () => {
    fc.assert(
      fc.property(schema, value, (original, instance) => {
        fc.pre(takes2020(original, instance));
        expect(takes4(draft4Schema(original), instance)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
