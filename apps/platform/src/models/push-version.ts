import type { ModelRegistry, ModelVersion } from '@ml-platform/registry';

/** What pipelines call the model that they made last, and that isn't the champion yet. */
export const CANDIDATE = 'candidate';

/**
 * Puts a version of this machine into a registry, by an alias there if one is given; the same bytes again are the version
 * that exists.
 */
export async function pushVersion(
  { name, location: source, metrics, lineage }: ModelVersion,
  registry: ModelRegistry,
  alias: string | undefined,
): ReturnType<ModelRegistry['register']> {
  const { version, created } = await registry.register({ name, source, metrics, lineage });
  if (alias !== undefined) await registry.setAlias(name, alias, version);
  return { ...(await registry.get(name, version)), created };
}
