import { PlatformError } from '@ml-platform/errors';
import type { ModelManifest } from '@ml-platform/registry';
import { z } from 'zod';

const share = z.number().min(0).max(1);

/** `shares[i]` is the share of present values in `(edges[i - 1], edges[i]]`. */
const numericSchema = z
  .object({ kind: z.literal('numeric'), nullShare: share, edges: z.array(z.number()), shares: z.array(share) })
  .refine(({ edges, shares }) => shares.length === edges.length + 1, 'there is one share more than edges');

/** Shares of all rows, missing ones included. */
const categoricalSchema = z.object({
  kind: z.literal('categorical'),
  nullShare: share,
  shares: z.record(z.string(), share),
  otherShare: share,
});

const columnSchema = z.discriminatedUnion('kind', [numericSchema, categoricalSchema]);
const referenceSchema = z.object({
  rows: z.number(),
  columns: z.record(z.string(), columnSchema),
  prediction: columnSchema.optional(),
});

export type ColumnReference = z.infer<typeof columnSchema>;

/** What a column was like in training; `score` is what the model says of the same rows. */
export interface ReferenceColumn {
  readonly name: string;
  readonly of: 'input' | 'score';
  readonly reference: ColumnReference;
}

export interface Reference {
  readonly rows: number;
  readonly columns: readonly ReferenceColumn[];
}

/**
 * The reference statistics of a model, as far as it is asked for their columns.
 *
 * @throws PlatformError `data` where a model has none, or some that aren't as they should be.
 */
export function readReference(model: string, { reference, signature }: ModelManifest): Reference {
  if (reference === undefined) throw refuse(`${model} has no reference statistics in its model.json`);
  const parsed = referenceSchema.safeParse(reference);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `reference.${path.join('.')}: ${message}`);
    throw refuse(`the reference statistics of ${model} can't be read:\n${issues.join('\n')}`);
  }
  const { rows, columns, prediction } = parsed.data;
  const inputs = signature.inputs.flatMap(({ name }): ReferenceColumn[] => {
    const found = columns[name];
    return found === undefined ? [] : [{ name, of: 'input', reference: found }];
  });
  if (inputs.length === 0) throw refuse(`the reference statistics of ${model} have none of its inputs`);
  const score = signature.outputs.find(({ type }) => type === 'float32' || type === 'float64');
  const scores: ReferenceColumn[] =
    score && prediction ? [{ name: score.name, of: 'score', reference: prediction }] : [];
  return { rows, columns: [...inputs, ...scores] };
}

function refuse(message: string): PlatformError {
  const hint = 'its training step writes them: docs/monitoring.md has their form; then train again';
  return new PlatformError(message, { code: 'data', hint });
}
