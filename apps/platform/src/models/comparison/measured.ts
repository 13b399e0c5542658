import type { ModelVersion } from '@ml-platform/registry';
import { z } from 'zod';
import type { Comparison } from './compare-versions.ts';

/** What a champion is worth on the data that a candidate was measured on; or why that isn't known. */
export type Measured = { readonly metrics: Readonly<Record<string, number>> } | { readonly reason: string };

/** In a candidate's lineage: the champion that it was compared with. */
const KEY = 'beside';
const keptSchema = z.object({ contentHash: z.string(), metrics: z.record(z.string(), z.number()) });

/** What a registry keeps with a candidate, so that whoever promotes it compares as was compared when it was made. */
export function keptOf({ champion, apart, metrics }: Comparison): Record<string, unknown> {
  if (champion === null || apart !== null) return {};
  const numbers = metrics.flatMap(({ metric, champion: value }) => (value === null ? [] : [[metric, value]]));
  return { [KEY]: { contentHash: champion.contentHash, metrics: Object.fromEntries(numbers) } };
}

/** What was kept of that champion. */
export function keptMeasured({ lineage }: ModelVersion, { contentHash }: ModelVersion): Measured {
  const kept = keptSchema.safeParse(lineage[KEY]).data;
  if (kept?.contentHash === contentHash) return { metrics: kept.metrics };
  return { reason: 'they were not measured together' };
}
