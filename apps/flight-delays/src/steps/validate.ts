import { csv, defineStep, metrics, parquet } from '@ml-platform/pipeline';
import { z } from 'zod';

export const validate = defineStep({
  name: 'validate',
  description: 'Sets aside the flights that break a rule, with the reason',
  params: z.strictObject({
    firstDay: z.iso.date(),
    lastDay: z.iso.date(),
    /** The step fails when more of the rows than this break a rule. */
    maxQuarantinedShare: z.number().min(0).max(1).default(0.001),
  }),
  inputs: { flights: parquet(), airports: csv() },
  outputs: { flights: parquet(), quarantine: parquet(), metrics: metrics('rows', 'quarantined', 'quarantinedShare') },
  resources: { cpu: 2, memory: '2Gi' },
  run: () => import('./validate.run.ts'),
});
