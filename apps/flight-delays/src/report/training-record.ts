import type { ModelManifest } from '@ml-platform/registry';
import { z } from 'zod';

const lineageSchema = z.object({
  featureImportance: z.record(z.string(), z.number()).default({}),
  crossValidation: z
    .array(
      z.object({
        month: z.int(),
        trainRows: z.int(),
        validationRows: z.int(),
        auc: z.number(),
        logLoss: z.number(),
      }),
    )
    .default([]),
});

const referenceSchema = z.object({
  rows: z.int().optional(),
  firstDay: z.iso.date().optional(),
  lastDay: z.iso.date().optional(),
});

/** What a model says of its own training; a model that says less still has a report. */
export type TrainingRecord = z.infer<typeof lineageSchema> & z.infer<typeof referenceSchema>;

export function readTrainingRecord({ lineage = {}, reference = {} }: ModelManifest): TrainingRecord {
  return { ...lineageSchema.parse(lineage), ...referenceSchema.parse(reference) };
}
