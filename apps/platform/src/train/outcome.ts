import type { Comparison } from '../models/comparison/compare-versions.ts';

interface OfPipeline {
  readonly pipeline: string;
}

interface OfModel extends OfPipeline {
  readonly model: string;
}

/** The pipeline did not get to its end. */
export interface Failed extends OfPipeline {
  readonly status: 'failed';
  readonly reason: string;
}

/** The pipeline's own condition kept the model back. */
export interface KeptBack extends OfModel {
  readonly status: 'keptBack';
  readonly reason: string;
}

/** A small run got to its end; its numbers say nothing of a model. */
export interface Sampled extends OfModel {
  readonly status: 'sampled';
  readonly metrics: Readonly<Record<string, number>>;
}

export interface Trained extends OfModel {
  readonly status: 'trained';
  readonly comparison: Comparison;
  /** Paths in the workspace of what steps left for people. */
  readonly reports: readonly string[];
  /** Its version in the shared registry. */
  readonly pushed?: string;
}

export type Outcome = Failed | KeptBack | Sampled | Trained;

/** Whether it is a reason for the command to say no. */
export function isRefused(outcome: Outcome): boolean {
  if (outcome.status === 'trained') return !outcome.comparison.passes;
  return outcome.status !== 'sampled';
}
