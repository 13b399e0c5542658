import type { ModelVersion } from '@ml-platform/registry';
import { judge, type MetricGate } from '@ml-platform/registry/gate';
import type { FoundGate } from '../find-gate.ts';
import type { Measured } from './measured.ts';
import type { TrainingSummary } from './training-summary.ts';

export interface ComparedMetric {
  readonly metric: string;
  readonly candidate: number | null;
  readonly champion: number | null;
  /** The candidate's less the champion's. */
  readonly difference: number | null;
  readonly limits: MetricGate | null;
  /** Null where the gate doesn't speak of it. */
  readonly passes: boolean | null;
  readonly reason?: string;
}

/** One metric over the versions, oldest first, and the candidate last: its number may be that of another registry. */
export interface Trend {
  readonly metric: string;
  readonly values: readonly { readonly version: string; readonly value: number }[];
}

export interface ComparedVersion {
  readonly version: string;
  readonly createdAt: string;
  readonly contentHash: string;
  readonly training: TrainingSummary | null;
}

export interface Comparison {
  readonly model: string;
  readonly candidate: ComparedVersion;
  readonly champion: ComparedVersion | null;
  /** Why the champion's numbers are not of the data that the candidate's are of; null where they are. */
  readonly apart: string | null;
  /** Path of the gate in the workspace. */
  readonly gate: string | null;
  readonly passes: boolean;
  /** Those of the gate first. */
  readonly metrics: readonly ComparedMetric[];
  readonly trends: readonly Trend[];
}

/** A version, and what its manifest says of its training. */
export interface Side {
  readonly version: ModelVersion;
  readonly training: TrainingSummary | null;
}

export interface Sides {
  readonly candidate: Side;
  readonly champion: Side | undefined;
  /** The champion, on the candidate's data. */
  readonly measured: Measured | undefined;
  readonly gate: FoundGate | undefined;
  /** Of the champion's registry, oldest first. */
  readonly versions: readonly ModelVersion[];
}

const LONGEST_TREND = 10;

/** Everything that is said about a candidate beside the champion. */
export function compareVersions({ candidate, champion, measured, gate, versions }: Sides): Comparison {
  const again = measured && 'metrics' in measured ? measured.metrics : {};
  const was = champion && { ...champion.version.metrics, ...again };
  const metrics = compareMetrics(candidate.version.metrics, was, gate);
  const others = versions.filter(({ contentHash }) => contentHash !== candidate.version.contentHash);
  const gated = metrics.filter(({ limits }) => limits !== null);
  return {
    model: candidate.version.name,
    candidate: sideOf(candidate),
    champion: champion ? sideOf(champion) : null,
    apart: measured && 'reason' in measured ? measured.reason : null,
    gate: gate?.file ?? null,
    passes: metrics.every(({ passes }) => passes !== false),
    metrics,
    trends: gated.flatMap(({ metric }) => trendOf(metric, [...others, { ...candidate.version, version: 'candidate' }])),
  };
}

type Metrics = ModelVersion['metrics'];

function compareMetrics(candidate: Metrics, champion: Metrics | undefined, gate: FoundGate | undefined) {
  const judged = gate ? judge(gate, candidate, champion) : [];
  const names = new Set([
    ...judged.map(({ metric }) => metric),
    ...Object.keys(candidate),
    ...Object.keys(champion ?? {}),
  ]);
  return [...names].map((metric): ComparedMetric => {
    const [is, was] = [candidate[metric] ?? null, champion?.[metric] ?? null];
    const verdict = judged.find((one) => one.metric === metric);
    return {
      metric,
      candidate: is,
      champion: was,
      difference: is === null || was === null ? null : is - was,
      limits: gate?.metrics[metric] ?? null,
      passes: verdict?.passes ?? null,
      ...(verdict?.reason !== undefined && { reason: verdict.reason }),
    };
  });
}

function trendOf(metric: string, versions: readonly ModelVersion[]): Trend[] {
  const values = versions.flatMap(({ version, metrics }) => {
    const value = metrics[metric];
    return value === undefined ? [] : [{ version, value }];
  });
  return values.length > 1 ? [{ metric, values: values.slice(-LONGEST_TREND) }] : [];
}

function sideOf({ version: { version, createdAt, contentHash }, training }: Side): ComparedVersion {
  return { version, createdAt, contentHash, training };
}
