import { PlatformError } from '@ml-platform/errors';

/** Types of GoogleSQL that a parameter can have. */
export type ScalarType = 'STRING' | 'INT64' | 'FLOAT64' | 'BOOL' | 'DATE' | 'DATETIME' | 'TIME' | 'TIMESTAMP';

/** `QueryParameter` of BigQuery's API. */
export interface QueryParameter {
  readonly name: string;
  readonly parameterType: { readonly type: ScalarType | 'ARRAY'; readonly arrayType?: { readonly type: ScalarType } };
  readonly parameterValue: {
    readonly value?: string | null;
    readonly arrayValues?: readonly { readonly value: string }[];
  };
}

type Scalar = string | number | bigint | boolean;

/**
 * Those of a step's parameters that a query names as `@name`, with types: text is STRING, a whole number INT64, another
 * number FLOAT64, true and false BOOL, a list an ARRAY of what is in it; `types` says otherwise.
 *
 * @throws PlatformError `config` for a value that a query can't be given, or that doesn't tell its type.
 */
export function queryParameters(
  sql: string,
  params: Readonly<Record<string, unknown>>,
  types: Readonly<Record<string, ScalarType>> = {},
): QueryParameter[] {
  const named = new Set([...sql.matchAll(/(?<![@\w])@([A-Za-z_]\w*)/g)].map(([, name]) => name));
  return Object.entries(params)
    .filter(([name, value]) => value !== undefined && named.has(name))
    .map(([name, value]) => (Array.isArray(value) ? listOf(name, value, types[name]) : one(name, value, types[name])));
}

function one(name: string, value: unknown, given: ScalarType | undefined): QueryParameter {
  if (value === null) {
    if (given === undefined) throw untyped(name, 'is null');
    return { name, parameterType: { type: given }, parameterValue: { value: null } };
  }
  if (!isScalar(value)) throw unusable(name, value);
  return { name, parameterType: { type: given ?? typeOf(value) }, parameterValue: { value: String(value) } };
}

function listOf(name: string, values: readonly unknown[], given: ScalarType | undefined): QueryParameter {
  const scalars = values.map((value) => {
    if (isScalar(value)) return value;
    throw unusable(name, value);
  });
  const type = given ?? commonType(name, scalars);
  return {
    name,
    parameterType: { type: 'ARRAY', arrayType: { type } },
    parameterValue: { arrayValues: scalars.map((value) => ({ value: String(value) })) },
  };
}

function commonType(name: string, values: readonly Scalar[]): ScalarType {
  const types = new Set(values.map(typeOf));
  const [type, ...more] = types;
  if (type === undefined) throw untyped(name, 'is an empty list');
  if (more.length === 0) return type;
  if ([...types].every((one) => one === 'INT64' || one === 'FLOAT64')) return 'FLOAT64';
  throw new PlatformError(`parameter '${name}' is a list of ${[...types].join(' and ')}, expected one type`, {
    code: 'config',
    hint: `make it a list of one type, or a list of texts, which the query converts by CAST`,
  });
}

function isScalar(value: unknown): value is Scalar {
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}

const INT64 = 2n ** 63n;

function typeOf(value: Scalar): ScalarType {
  if (typeof value === 'string') return 'STRING';
  if (typeof value === 'boolean') return 'BOOL';
  if (typeof value === 'number' && !Number.isInteger(value)) return 'FLOAT64';
  const whole = BigInt(value);
  return whole >= -INT64 && whole < INT64 ? 'INT64' : 'FLOAT64';
}

function untyped(name: string, what: string): PlatformError {
  return new PlatformError(`parameter '${name}' ${what}, which doesn't tell its type in BigQuery`, {
    code: 'config',
    hint: `say it: runBigQuery(context, sql, { types: { ${name}: 'STRING' } })`,
  });
}

function unusable(name: string, value: unknown): PlatformError {
  return new PlatformError(
    `parameter '${name}' is ${JSON.stringify(value)}; a query takes texts, numbers, true and false, and lists of these`,
    { code: 'config', hint: `give its parts as parameters of their own, or don't name @${name} in the query` },
  );
}
