import type { AliasChange } from '@ml-platform/registry';
import { readOptions } from './options.ts';
import { registryLocation, withRegistry } from './registry-location.ts';
import { tableLines } from './table.ts';

const WORDS: Readonly<Record<AliasChange['action'], string>> = {
  promoted: 'promoted',
  forced: 'promoted against the gate',
  rolledBack: 'rolled back',
  set: 'set',
  removed: 'removed',
};

/** `platform models history NAME`. */
export async function history(args: readonly string[], workspace: string): Promise<void> {
  const { values, positionals } = readOptions('history', args, {}, { least: 1, most: 1 });
  const [name = ''] = positionals;
  const location = registryLocation(values.registry, workspace);
  const changes = await withRegistry(location, (registry) => registry.history(name));
  if (values.json) return void process.stdout.write(`${JSON.stringify(changes)}\n`);
  const rows = changes.map((change) => {
    const { at, alias, action, previous, version, reason } = change;
    return [at, alias, `${previous ?? '-'} → ${version ?? '-'}`, WORDS[action], reason ?? ''];
  });
  const lines = rows.length > 0 ? tableLines(rows) : [`no alias of "${name}" was ever set in ${location}`];
  process.stdout.write(`${lines.join('\n')}\n`);
}
