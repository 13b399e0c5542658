import type { ModelRegistry, ModelVersion } from '@ml-platform/registry';
import { findGate } from '../find-gate.ts';
import { type Comparison, compareVersions, type Side } from './compare-versions.ts';
import { keptMeasured, type Measured } from './measured.ts';
import { trainingSummary } from './training-summary.ts';

const CHAMPION = 'champion';

export interface CompareOptions {
  /** Whose gates there are. */
  readonly workspace: string;
  /** An alias or a version that has to be there; else the alias `champion`, if it points at any. */
  readonly champion?: string | undefined;
  /** Measures a champion on the candidate's data; else what was kept of that counts. */
  readonly measure?: (champion: ModelVersion) => Promise<Measured>;
}

/** Compares a candidate, of whichever registry, with the champion of this one. */
export async function compareInRegistry(
  candidate: ModelVersion,
  registry: ModelRegistry | undefined,
  { workspace, champion: asked, measure }: CompareOptions,
): Promise<Comparison> {
  const { name } = candidate;
  const champion = await registry?.aliases(name).then((aliases) => asked ?? (aliases[CHAMPION] && CHAMPION));
  const found = champion === undefined ? undefined : await registry?.get(name, champion);
  return compareVersions({
    candidate: await sideOf(candidate),
    champion: found && (await sideOf(found)),
    measured: found && (await measuredBeside(candidate, found, measure)),
    gate: findGate(workspace, name),
    versions: (await registry?.list(name)) ?? [],
  });
}

async function measuredBeside(candidate: ModelVersion, champion: ModelVersion, measure: CompareOptions['measure']) {
  if (champion.contentHash === candidate.contentHash) return { metrics: candidate.metrics };
  return measure ? measure(champion) : keptMeasured(candidate, champion);
}

async function sideOf(version: ModelVersion): Promise<Side> {
  return { version, training: await trainingSummary(version) };
}
