import { csv, dataset, defineStep, metrics, parquet } from '@ml-platform/pipeline';
import { z } from 'zod';

export const features = defineStep({
  name: 'features',
  description: 'Turns flights into what is known at departure, of them and of their airports, split by time',
  params: z.strictObject({
    /** Flights from this day on test the model, those before it train it. */
    testFrom: z.iso.date(),
  }),
  inputs: { flights: parquet(), airports: csv() },
  outputs: {
    training: parquet(),
    test: parquet(),
    /** The tables of the two feature sets in src/airport-delays.ts. */
    departures: dataset(),
    arrivals: dataset(),
    metrics: metrics('trainingRows', 'testRows'),
  },
  resources: { cpu: 2, memory: '2Gi' },
  run: () => import('./features.run.ts'),
});
