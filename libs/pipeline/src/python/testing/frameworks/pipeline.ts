import { dataset, definePipeline, defineStep, json, metrics, parquet, ray, spark } from '@ml-platform/pipeline';
import { z } from 'zod';

const make = defineStep({
  name: 'make',
  outputs: { flights: parquet() },
  run: () => import('./make.run.ts'),
});
const aggregate = defineStep({
  name: 'aggregate',
  params: z.strictObject({ from: z.int().default(0) }),
  inputs: { flights: parquet() },
  outputs: { delays: dataset(), metrics: metrics('rows', 'worst') },
  resources: { cpu: 2, memory: '2Gi' },
  run: spark('aggregate.py'),
});
const widen = defineStep({
  name: 'widen',
  inputs: { delays: dataset() },
  outputs: { wide: dataset() },
  run: spark('widen.py'),
});
const compare = defineStep({
  name: 'compare',
  inputs: { flights: parquet(), delays: dataset(), wide: dataset() },
  outputs: { compared: json() },
  run: () => import('./compare.run.ts'),
});
const primes = defineStep({
  name: 'primes',
  params: z.strictObject({ upTo: z.int().default(2000) }),
  outputs: { found: json(), metrics: metrics('count') },
  resources: { cpu: 2 },
  run: ray('primes.py'),
});
const release = defineStep({
  name: 'release',
  inputs: { compared: json() },
  run: () => import('./release.run.ts'),
});

/** Spark between steps in TypeScript, gates on its metrics and on Ray's. */
export default definePipeline('frameworks', ({ add }) => {
  const made = add(make);
  const aggregated = add(aggregate, { flights: made.flights });
  const widened = add(widen, { delays: aggregated.delays });
  const compared = add(compare, { flights: made.flights, delays: aggregated.delays, wide: widened.wide });
  const found = add(primes);
  const when = [aggregated.metrics.get('rows').atLeast(1), found.metrics.get('count').atLeast(2)];
  add(release, { compared: compared.compared }, { when });
});
