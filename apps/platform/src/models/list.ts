import { readOptions } from './options.ts';
import { registryLocation, withRegistry } from './registry-location.ts';
import { tableLines } from './table.ts';

/** `platform models list [NAME]`. */
export async function list(args: readonly string[], workspace: string): Promise<void> {
  const { values, positionals } = readOptions('list', args, {}, { least: 0, most: 1 });
  const [name] = positionals;
  const location = registryLocation(values.registry, workspace);
  const versions = await withRegistry(location, (registry) => registry.list(name));
  if (values.json) return void process.stdout.write(`${JSON.stringify(versions)}\n`);
  const rows = versions.map((one) => [one.name, one.version, one.aliases.join(', ') || '-', one.createdAt]);
  const nothing = `${name === undefined ? 'no model' : `no model "${name}"`} in ${location}`;
  const lines = rows.length > 0 ? tableLines([['model', 'version', 'aliases', 'made'], ...rows]) : [nothing];
  process.stdout.write(`${lines.join('\n')}\n`);
}
