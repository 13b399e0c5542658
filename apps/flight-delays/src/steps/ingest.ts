import { csv, defineStep, file, parquet } from '@ml-platform/pipeline';
import { z } from 'zod';

export const ingest = defineStep({
  name: 'ingest',
  description: 'Fetches the raw flights and airports',
  params: z.strictObject({
    /** A Parquet file to use in place of the three million flights of the npm package. */
    flights: file().optional(),
    /** For a quick try: this many rows, evenly spaced over the whole period. */
    rows: z.int().positive().optional(),
  }),
  outputs: { flights: parquet(), airports: csv() },
  resources: { cpu: 1, memory: '1Gi' },
  run: () => import('./ingest.run.ts'),
});
