import type { ModelVersion } from '@ml-platform/registry';
import { parseModelReference } from './model-reference.ts';
import { readOptions } from './options.ts';
import { registryLocation, withRegistry } from './registry-location.ts';
import { figure, tableLines } from './table.ts';

/** `platform models show NAME[@ALIAS|:VERSION]`. */
export async function show(args: readonly string[], workspace: string): Promise<void> {
  const { values, positionals } = readOptions('show', args, {}, { least: 1, most: 1 });
  const { name, versionOrAlias } = parseModelReference(positionals[0] ?? '');
  const location = registryLocation(values.registry, workspace);
  const version = await withRegistry(location, (registry) => registry.get(name, versionOrAlias));
  process.stdout.write(values.json ? `${JSON.stringify(version)}\n` : describe(version));
}

function describe({
  name,
  version,
  aliases,
  createdAt,
  contentHash,
  location,
  metrics,
  lineage,
}: ModelVersion): string {
  const facts = [
    ['version', [version, ...aliases].join(' = ')],
    ['made', createdAt],
    ['hash', contentHash],
    ['files', location],
    ...Object.entries(metrics).map(([metric, value]) => [metric, figure(value)]),
    ...Object.entries(lineage).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  ];
  return [name, ...tableLines(facts).map((line) => `  ${line}`), ''].join('\n');
}
