import type { ModelVersion } from '@ml-platform/registry';
import { readVersionManifest } from '@ml-platform/registry/shared';
import { z } from 'zod';

/** What a manifest's `reference` may say of the training rows; each pipeline says what it has. */
const summarySchema = z.object({
  rows: z.number().optional(),
  firstDay: z.string().optional(),
  lastDay: z.string().optional(),
  label: z.object({ name: z.string(), mean: z.number() }).optional(),
  /** Of what the model says of the training rows: `edges` are the distinct deciles. */
  prediction: z.object({ edges: z.array(z.number()) }).optional(),
});

export type TrainingSummary = z.infer<typeof summarySchema>;

/** What a version was trained on, as far as its manifest tells. */
export async function trainingSummary(version: Pick<ModelVersion, 'location'>): Promise<TrainingSummary | null> {
  const { reference } = await readVersionManifest(version);
  return summarySchema.safeParse(reference).data ?? null;
}
