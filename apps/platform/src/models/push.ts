import { resolve } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { text } from '../command-line.ts';
import { readOptions } from './options.ts';
import { CANDIDATE, pushVersion } from './push-version.ts';
import { LOCAL_REGISTRY, registryLocation, withRegistry } from './registry-location.ts';

/** `platform models push NAME`. */
export async function push(args: readonly string[], workspace: string): Promise<void> {
  const { values, positionals } = readOptions('push', args, { from: text }, { least: 1, most: 1 });
  const { registry: given, from = LOCAL_REGISTRY, json } = values;
  const [name = ''] = positionals;
  const folder = resolve(workspace, from);
  const shared = sharedLocation(given, workspace, folder);
  const local = await withRegistry(folder, (registry) => registry.get(name, CANDIDATE));
  const pushed = await withRegistry(shared, (registry) => pushVersion(local, registry, CANDIDATE), { create: true });
  if (json) return void process.stdout.write(`${JSON.stringify({ ...pushed, registry: shared })}\n`);
  const was = pushed.created ? 'is now' : 'was and is';
  process.stdout.write(`${name} version ${local.version} of ${from} ${was} version ${pushed.version} of ${shared}\n`);
}

/**
 * The registry that others see.
 *
 * @throws PlatformError `usage` where that would be this machine's own.
 */
export function sharedLocation(given: string | undefined, workspace: string, local: string): string {
  const shared = registryLocation(given, workspace);
  if (shared !== local) return shared;
  throw new PlatformError(`there is no shared registry to push to: ${shared} is this machine's own`, {
    code: 'usage',
    hint: 'name one: --registry s3://bucket/prefix, or set MODEL_REGISTRY',
  });
}
