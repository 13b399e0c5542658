import type { ColumnSpec, ColumnType, ModelManifest } from '@ml-platform/registry';

type JsonSchema = Readonly<Record<string, unknown>>;

const INPUT_CELL: Readonly<Record<ColumnType, JsonSchema>> = {
  string: { type: ['string', 'null'] },
  float32: { type: ['number', 'null'], format: 'float' },
  float64: { type: ['number', 'null'], format: 'double' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: ['integer', 'string'], format: 'int64' },
  bool: { type: 'boolean' },
};

const OUTPUT_CELL: Readonly<Record<ColumnType, JsonSchema>> = {
  ...INPUT_CELL,
  string: { type: 'string' },
};

export const modelSchema: JsonSchema = {
  type: 'object',
  required: ['name', 'version'],
  properties: { name: { type: 'string' }, version: { type: 'string' } },
};

export const errorSchema: JsonSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'hint'],
      properties: { code: { type: 'string' }, message: { type: 'string' }, hint: { type: 'string' } },
    },
  },
};

/** The body of `/predict`: rows or columns, with the model's own column names, types and example. */
export function predictBodySchema({ signature, example }: ModelManifest): JsonSchema {
  const columns = Object.entries(example).map(([name, value]) => [name, [value]]);
  return {
    oneOf: [
      objectOf({ instances: { type: 'array', minItems: 1, items: rowSchema(signature.inputs, INPUT_CELL) } }),
      objectOf({ columns: columnsSchema(signature.inputs) }),
    ],
    examples: [{ instances: [example] }, { columns: Object.fromEntries(columns) }],
  };
}

/** The body of `/invocations` in JSON: what `/predict` takes, a list of rows, or one row. */
export function invocationBodySchema(manifest: ModelManifest): JsonSchema {
  const row = rowSchema(manifest.signature.inputs, INPUT_CELL);
  const { oneOf, examples } = predictBodySchema(manifest) as { oneOf: JsonSchema[]; examples: unknown[] };
  return {
    anyOf: [...oneOf, { type: 'array', minItems: 1, items: row }, row],
    examples: [...examples, [manifest.example], manifest.example],
  };
}

export function predictResponseSchema({ signature }: ModelManifest): JsonSchema {
  return objectOf({
    model: modelSchema,
    predictions: { type: 'array', items: rowSchema(signature.outputs, OUTPUT_CELL) },
  });
}

function rowSchema(columns: readonly ColumnSpec[], cells: Readonly<Record<ColumnType, JsonSchema>>): JsonSchema {
  return objectOf(Object.fromEntries(columns.map(({ name, type }) => [name, cells[type]])));
}

function columnsSchema(columns: readonly ColumnSpec[]): JsonSchema {
  const lists = columns.map(({ name, type }) => [name, { type: 'array', minItems: 1, items: INPUT_CELL[type] }]);
  return objectOf(Object.fromEntries(lists));
}

function objectOf(properties: JsonSchema): JsonSchema {
  return { type: 'object', required: Object.keys(properties), properties, additionalProperties: false };
}
