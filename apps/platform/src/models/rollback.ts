import { text } from '../command-line.ts';
import { readOptions } from './options.ts';
import { registryLocation, withRegistry } from './registry-location.ts';

/** `platform models rollback NAME`. */
export async function rollback(args: readonly string[], workspace: string): Promise<void> {
  const { values, positionals } = readOptions('rollback', args, { reason: text }, { least: 1, most: 1 });
  const { registry: given, reason, json } = values;
  const [name = ''] = positionals;
  const location = registryLocation(given, workspace);
  const moved = await withRegistry(location, (registry) =>
    registry.rollback(name, { ...(reason !== undefined && { reason }) }),
  );
  const words = `${name}: version ${moved.version} is the champion again, in place of ${moved.previous}`;
  process.stdout.write(json ? `${JSON.stringify({ name, ...moved })}\n` : `${words}\n`);
}
