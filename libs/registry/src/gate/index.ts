export type { Gate, MetricGate } from './gate.ts';
export { type JudgedMetric, judge } from './judge.ts';
export { readGate } from './read-gate.ts';
