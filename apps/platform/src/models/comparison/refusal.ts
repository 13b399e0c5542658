import { PlatformError } from '@ml-platform/errors';
import type { Comparison } from './compare-versions.ts';

/** What a gate has against a candidate, for one line; empty where it passes. */
export function objections({ metrics }: Comparison): string {
  return metrics.flatMap(({ metric, reason }) => (reason === undefined ? [] : [`${metric}: ${reason}`])).join('; ');
}

/** The error with which a command ends that a gate stops. */
export function refusal(comparison: Comparison, hint: string): PlatformError {
  const { model, candidate } = comparison;
  return new PlatformError(`version ${candidate.version} of "${model}" does not pass: ${objections(comparison)}`, {
    code: 'step',
    hint,
  });
}
