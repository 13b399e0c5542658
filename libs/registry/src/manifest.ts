import { z } from 'zod';

const columnTypeSchema = z.enum(['string', 'float32', 'float64', 'int32', 'int64', 'bool']);

const columnSpecSchema = z.strictObject({ name: z.string().min(1), type: columnTypeSchema });

const columnsSchema = z
  .array(columnSpecSchema)
  .min(1)
  .superRefine((columns, context) => {
    columns.forEach(({ name }, index) => {
      if (columns.findIndex((column) => column.name === name) === index) return;
      context.addIssue({ code: 'custom', path: [index, 'name'], message: `"${name}" is listed twice` });
    });
  });

const signatureSchema = z.strictObject({
  /** One tensor per column, shape [rows, 1]. */
  inputs: columnsSchema,
  /** Shape [rows] or [rows, 1]. */
  outputs: columnsSchema,
});

/** `model.json`: what a model folder says of its `model.onnx`. */
export const modelManifestSchema = z
  .strictObject({
    formatVersion: z.string().regex(/^1\.\d+$/, 'expected "1.0"'),
    signature: signatureSchema,
    /** One row, for docs and smoke tests. */
    example: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    metrics: z.record(z.string(), z.number()).optional(),
    /** Statistics of the training columns. */
    reference: z.record(z.string(), z.unknown()).optional(),
    lineage: z.record(z.string(), z.unknown()).optional(),
  })
  .superRefine(({ signature, example }, context) => {
    const columns = new Set(signature.inputs.map((input) => input.name));
    for (const name of columns) {
      if (Object.hasOwn(example, name)) continue;
      context.addIssue({ code: 'custom', path: ['example'], message: `has no value for the input "${name}"` });
    }
    for (const name of Object.keys(example)) {
      if (columns.has(name)) continue;
      context.addIssue({ code: 'custom', path: ['example', name], message: 'is not an input of the signature' });
    }
  });

export type ModelManifest = z.infer<typeof modelManifestSchema>;
export type ColumnType = z.infer<typeof columnTypeSchema>;
export type ColumnSpec = z.infer<typeof columnSpecSchema>;
export type Signature = z.infer<typeof signatureSchema>;
