import { exportModel } from '@ml-platform/registry/shared';
import { text } from '../command-line.ts';
import { parseModelReference } from './model-reference.ts';
import { readOptions, usage } from './options.ts';
import { registryLocation, withRegistry } from './registry-location.ts';

/** `platform models export NAME[@ALIAS|:VERSION] --out FOLDER`. */
export async function exportVersion(args: readonly string[], workspace: string): Promise<void> {
  const { values, positionals } = readOptions('export', args, { out: text }, { least: 1, most: 1 });
  const { out, json } = values;
  if (out === undefined) throw usage('models export needs --out FOLDER');
  const { name, versionOrAlias } = parseModelReference(positionals[0] ?? '');
  const location = registryLocation(values.registry, workspace);
  const version = await withRegistry(location, async (registry) => {
    const found = await registry.get(name, versionOrAlias);
    await exportModel(found, out);
    return found;
  });
  const words = `${name} version ${version.version} is in ${out}`;
  process.stdout.write(json ? `${JSON.stringify({ ...version, folder: out })}\n` : `${words}\n`);
}
