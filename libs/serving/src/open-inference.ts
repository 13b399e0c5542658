import type { ColumnSpec, ColumnType, Signature } from '@ml-platform/registry';
import { z } from 'zod';
import type { OutputCell, Prediction } from './decode-output.ts';
import type { Columns } from './encode-input.ts';
import { inputError } from './input-error.ts';

export const DATATYPES = ['BYTES', 'FP32', 'FP64', 'INT32', 'INT64', 'BOOL'] as const;
export type Datatype = (typeof DATATYPES)[number];

const DATATYPE_OF: Readonly<Record<ColumnType, Datatype>> = {
  string: 'BYTES',
  float32: 'FP32',
  float64: 'FP64',
  int32: 'INT32',
  int64: 'INT64',
  bool: 'BOOL',
};
// In JSON numbers carry no width, and clients send what their own table had: each value is checked, not the label.
const NUMERIC: readonly Datatype[] = ['FP32', 'FP64', 'INT32', 'INT64'];

const parametersSchema = z.record(z.string(), z.unknown()).optional();

/** What an inference request of the Open Inference Protocol v2 looks like; further keys are extensions, and ignored. */
export const inferenceRequestSchema = z.object({
  id: z.string().optional(),
  parameters: parametersSchema,
  inputs: z
    .array(
      z.object({
        name: z.string(),
        shape: z.array(z.int().nonnegative()),
        datatype: z.enum(DATATYPES),
        parameters: parametersSchema,
        data: z.array(z.unknown()),
      }),
    )
    .min(1),
  outputs: z.array(z.object({ name: z.string(), parameters: parametersSchema })).optional(),
});

type InferenceInput = z.infer<typeof inferenceRequestSchema>['inputs'][number];

export interface InferenceRequest {
  readonly id: string | undefined;
  readonly columns: Columns;
  /** Names of the outputs asked for; all of them where the request names none. */
  readonly outputs: readonly string[];
}

export interface TensorMetadata {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
}

export interface ModelMetadata {
  readonly name: string;
  readonly versions: readonly string[];
  readonly platform: string;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
}

export interface InferenceResponse {
  readonly model_name: string;
  readonly model_version: string;
  readonly id?: string;
  readonly outputs: readonly (TensorMetadata & { readonly data: readonly OutputCell[] })[];
}

export interface ModelIdentity {
  readonly name: string;
  readonly version: string;
}

/**
 * Reads an inference request: one tensor per column, shape [rows] or [rows, 1], data flat or nested.
 *
 * @throws PlatformError `data` that names the key or the tensor which is wrong.
 */
export function readInferenceRequest(body: unknown, signature: Signature): InferenceRequest {
  const parsed = inferenceRequestSchema.safeParse(body);
  if (!parsed.success) throw inputError(parsed.error.issues.map(describeIssue).join('; '), signature.inputs);
  const { id, inputs, outputs } = parsed.data;
  const columns = new Map<string, readonly unknown[]>();
  for (const input of inputs) {
    if (columns.has(input.name)) throw inputError(`the input "${input.name}" is given twice`, signature.inputs);
    columns.set(input.name, readTensor(input, signature.inputs));
  }
  return { id, columns: Object.fromEntries(columns), outputs: readOutputs(outputs, signature) };
}

export function inferenceResponse(
  { name, version }: ModelIdentity,
  { id, outputs }: Pick<InferenceRequest, 'id' | 'outputs'>,
  prediction: Prediction,
  signature: Signature,
): InferenceResponse {
  const wanted = outputs.flatMap((output) => signature.outputs.filter((column) => column.name === output));
  return {
    model_name: name,
    model_version: version,
    ...(id !== undefined && { id }),
    outputs: wanted.map((column) => ({
      ...tensorMetadata(column, prediction.rows),
      data: prediction.columns[column.name] ?? [],
    })),
  };
}

export function modelMetadata({ name, version }: ModelIdentity, signature: Signature): ModelMetadata {
  return {
    name,
    versions: [version],
    platform: 'onnx_onnxv1',
    inputs: signature.inputs.map((column) => tensorMetadata(column, -1)),
    outputs: signature.outputs.map((column) => tensorMetadata(column, -1)),
  };
}

function tensorMetadata({ name, type }: ColumnSpec, rows: number): TensorMetadata {
  return { name, datatype: DATATYPE_OF[type], shape: [rows, 1] };
}

function readTensor({ name, shape, datatype, data }: InferenceInput, columns: readonly ColumnSpec[]): unknown[] {
  const [rows, width = 1] = shape;
  if (rows === undefined || width !== 1 || shape.length > 2) {
    throw inputError(`the input "${name}" has shape [${shape.join(', ')}], expected [rows, 1]`, columns);
  }
  const values = data.flat(Number.POSITIVE_INFINITY);
  if (values.length !== rows) {
    throw inputError(`the input "${name}" has ${values.length} values, but shape [${shape.join(', ')}]`, columns);
  }
  const type = columns.find((column) => column.name === name)?.type;
  if (type && !accepts(DATATYPE_OF[type], datatype)) {
    throw inputError(`the input "${name}" has datatype ${datatype}, expected ${DATATYPE_OF[type]}`, columns);
  }
  return values;
}

function accepts(expected: Datatype, got: Datatype): boolean {
  return expected === got || (NUMERIC.includes(expected) && NUMERIC.includes(got));
}

function readOutputs(asked: readonly { name: string }[] | undefined, signature: Signature): readonly string[] {
  const known = signature.outputs.map(({ name }) => name);
  const unknown = asked?.find(({ name }) => !known.includes(name));
  if (unknown) throw inputError(`the model has no output "${unknown.name}", but ${known.join(', ')}`, signature.inputs);
  return asked && asked.length > 0 ? asked.map(({ name }) => name) : known;
}

function describeIssue({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? `the request: ${message}` : `${path.join('.')}: ${message}`;
}
