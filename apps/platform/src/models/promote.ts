import type { AliasMove, ModelRegistry, Promotion } from '@ml-platform/registry';
import { flag, text } from '../command-line.ts';
import { compareInRegistry } from './comparison/compare-in-registry.ts';
import type { Comparison } from './comparison/compare-versions.ts';
import { describeComparison } from './comparison/describe-comparison.ts';
import { refusal } from './comparison/refusal.ts';
import { readOptions, usage } from './options.ts';
import { registryLocation, withRegistry } from './registry-location.ts';

/**
 * `platform models promote NAME VERSION|ALIAS`.
 *
 * @throws PlatformError `step` where the gate says no, `busy` where another champion was made meanwhile.
 */
export async function promote(args: readonly string[], workspace: string): Promise<void> {
  const options = { force: flag, reason: text };
  const { values, positionals } = readOptions('promote', args, options, { least: 2, most: 2 });
  const { force = false, reason, json } = values;
  if (force && !reason?.trim()) throw usage('--force needs --reason TEXT, which the history keeps');
  const [name = '', wanted = ''] = positionals;
  const location = registryLocation(values.registry, workspace);
  const { comparison, moved } = await withRegistry(location, async (registry) => {
    const compared = await compareInRegistry(await registry.get(name, wanted), registry, { workspace });
    if (!compared.passes && !force) {
      process.stderr.write(describeComparison(compared));
      throw refusal(compared, 'promote a better one; or, against the gate: --force --reason TEXT');
    }
    return { comparison: compared, moved: await move(registry, compared, reason) };
  });
  const { version, previous } = moved;
  const against = comparison.passes ? '' : ', against the gate';
  const words = `${name}: version ${version} is the champion${against}, before: ${previous ?? 'none'}`;
  process.stdout.write(json ? `${JSON.stringify({ name, ...moved, gate: comparison })}\n` : `${words}\n`);
}

/** Beside the champion that it was compared with, and no other. */
function move(registry: ModelRegistry, comparison: Comparison, reason: string | undefined): Promise<AliasMove> {
  const { model, candidate, champion, passes } = comparison;
  const promotion: Promotion = {
    expected: champion?.version ?? null,
    ...(reason !== undefined && { reason }),
    ...(!passes && { forced: true }),
  };
  return registry.promote(model, candidate.version, promotion);
}
