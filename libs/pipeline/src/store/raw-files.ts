import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { isLocation, openStore } from '@ml-platform/storage';
import { type ParamSchema, pathParams } from '../params/file-param.ts';

type Values = Readonly<Record<string, unknown>>;

/**
 * Calls `work` with parameters whose raw files lie on this machine: those in an object store are fetched before, and
 * removed after.
 *
 * @throws PlatformError `notFound` for a location where nothing is, and what the store throws.
 */
export async function withLocalFiles<Result>(
  schema: ParamSchema,
  values: Values,
  work: (values: Record<string, unknown>) => Promise<Result>,
): Promise<Result> {
  const remote = pathParams(schema, values).filter(([, value]) => isLocation(value));
  if (remote.length === 0) return work({ ...values });
  const folder = await mkdtemp(join(tmpdir(), 'raw-'));
  try {
    const fetched = remote.map(async ([name, uri]) => [name, await fetchRaw(uri, join(folder, name))] as const);
    return await work({ ...values, ...Object.fromEntries(await Promise.all(fetched)) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A file, or a folder with all that is in it; returns its path below `folder`. */
async function fetchRaw(uri: string, folder: string): Promise<string> {
  const [, parent = '', name = ''] = /^(.*)\/([^/]+)\/*$/.exec(uri) ?? [];
  const store = await openStore(parent);
  const files = (await store.list(name)).filter((file) => file === name || file.startsWith(`${name}/`));
  if (files.length === 0) {
    throw new PlatformError(`there is nothing at ${uri}`, { code: 'notFound', hint: 'put the raw data there first' });
  }
  for (const file of files) await store.download(file, join(folder, file));
  return join(folder, name);
}
