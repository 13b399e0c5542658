/** A schema of JSON Schema 2020-12, as OpenAPI 3.1 has them, or of draft 4. */
export type Schema = Readonly<Record<string, unknown>>;

interface Converted {
  readonly schema: Schema;
  /** Whether it takes just what the original takes; else it takes more. */
  readonly isExact: boolean;
}

const DRAFT_4 = 'http://json-schema.org/draft-04/schema#';

/** Keywords that mean the same in both. */
const KEPT: ReadonlySet<string> = new Set([
  ...['title', 'description', 'type', 'enum', 'multipleOf', 'minLength', 'maxLength', 'pattern', 'uniqueItems'],
  ...['minItems', 'maxItems', 'minProperties', 'maxProperties'],
]);

/** Keywords that check nothing. */
const NOTES: ReadonlySet<string> = new Set([
  ...['$schema', '$id', '$comment', 'examples', 'example', 'default', 'deprecated', 'readOnly', 'writeOnly', 'format'],
  ...['$defs', 'definitions', 'contentEncoding', 'contentMediaType', 'externalDocs', 'discriminator', 'xml'],
]);

const REFERENCE = '#/components/schemas/';

/**
 * A schema in draft 4, which API Gateway's models are in, with what it refers to in `definitions`. What draft 4 can't say
 * is left out, so it never refuses what the original takes; `format` is among that, for in 2020-12 it is a note.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
 */
export function draft4Schema(schema: unknown, schemas: Readonly<Record<string, unknown>> = {}): Schema {
  const converted = convert(schema).schema;
  const names = referredTo(schema, schemas);
  const definitions = Object.fromEntries([...names].map((name) => [name, convert(schemas[name]).schema]));
  return { $schema: DRAFT_4, ...converted, ...(names.size > 0 && { definitions }) };
}

function convert(schema: unknown): Converted {
  if (schema === true || schema === undefined) return { schema: {}, isExact: true };
  if (schema === false) return { schema: { not: {} }, isExact: true };
  const { $ref, ...rest } = schema as Schema;
  if (typeof $ref === 'string') return reference($ref, rest);
  const parts = Object.entries(rest).map(([key, value]) => keyword(key, value, rest));
  return {
    schema: Object.assign({}, ...parts.map((part) => part.schema)) as Schema,
    isExact: parts.every((part) => part.isExact),
  };
}

/** In draft 4 nothing stands beside a reference. What is behind it may have been left out in part. */
function reference($ref: string, rest: Schema): Converted {
  const to = { $ref: $ref.replace(REFERENCE, '#/definitions/') };
  const hasMore = Object.keys(rest).some((key) => !NOTES.has(key));
  return { schema: hasMore ? { allOf: [to, convert(rest).schema] } : to, isExact: false };
}

function keyword(key: string, value: unknown, beside: Schema): Converted {
  const exactly = (schema: Schema): Converted => ({ schema, isExact: true });
  if (KEPT.has(key)) return exactly({ [key]: value });
  if (NOTES.has(key)) return exactly({});
  switch (key) {
    case 'const':
      return exactly({ enum: [value] });
    case 'required':
      return exactly((value as unknown[]).length > 0 ? { required: value } : {});
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return exactly(bound(key, beside));
    case 'properties':
    case 'patternProperties':
      return each(key, value as Schema);
    case 'additionalProperties':
      return within(key, convert(value));
    case 'items':
      return 'prefixItems' in beside ? within('additionalItems', convert(value)) : within('items', convert(value));
    case 'prefixItems':
    case 'allOf':
    case 'anyOf':
      return all(key === 'prefixItems' ? 'items' : key, value as unknown[]);
    case 'oneOf':
      return oneOf(value as unknown[]);
    case 'not':
      return negated(convert(value));
    default:
      return { schema: {}, isExact: false };
  }
}

/** Draft 4 marks a bound as exclusive; of two, the narrower holds. */
function bound(key: string, beside: Schema): Schema {
  const side = key.endsWith('inimum') ? 'inimum' : 'aximum';
  const [plain, exclusive] = [beside[`m${side}`], beside[`exclusiveM${side}`]] as (number | undefined)[];
  const sign = side === 'inimum' ? 1 : -1;
  const isExclusive = exclusive !== undefined && (plain === undefined || exclusive * sign >= plain * sign);
  const name = `m${side}`;
  return isExclusive ? { [name]: exclusive, [`exclusiveM${side}`]: true } : { [name]: plain };
}

function within(key: string, { schema, isExact }: Converted): Converted {
  return { schema: { [key]: schema }, isExact };
}

function each(key: string, schemas: Schema): Converted {
  const converted = Object.entries(schemas).map(([name, schema]) => [name, convert(schema)] as const);
  return {
    schema: { [key]: Object.fromEntries(converted.map(([name, { schema }]) => [name, schema])) },
    isExact: converted.every(([, { isExact }]) => isExact),
  };
}

function all(key: string, schemas: readonly unknown[]): Converted {
  const converted = schemas.map(convert);
  const isExact = converted.every((one) => one.isExact);
  return { schema: { [key]: converted.map(({ schema }) => schema) }, isExact };
}

/** Of branches that take more than they should, two could take what one should. */
function oneOf(schemas: readonly unknown[]): Converted {
  const { schema, isExact } = all('oneOf', schemas);
  return isExact ? { schema, isExact } : { schema: { anyOf: schema.oneOf }, isExact };
}

/** The opposite of what takes too much would take too little. */
function negated({ schema, isExact }: Converted): Converted {
  return isExact ? { schema: { not: schema }, isExact } : { schema: {}, isExact };
}

function referredTo(schema: unknown, schemas: Schema, found = new Set<string>()): ReadonlySet<string> {
  const references = JSON.stringify(schema ?? {}).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g);
  for (const [, name = ''] of references) {
    if (found.has(name)) continue;
    found.add(name);
    referredTo(schemas[name], schemas, found);
  }
  return found;
}
