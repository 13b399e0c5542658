import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { hashArtifact, pathParams, type PipelineDocument, toPosix } from '@ml-platform/pipeline';
import { isLocation, openStore } from '@ml-platform/storage';
import type { RunParams } from './engine.ts';

/** A parameter whose value is a path of this machine. */
interface LocalFile {
  readonly key: string;
  readonly param: string;
  readonly path: string;
}

interface Seeding {
  readonly document: PipelineDocument;
  /** Absolute path of the folder that a relative path starts from. */
  readonly project: string;
  /** Asked for where there is something to upload. */
  readonly lake: () => string | undefined;
  readonly log: (message: string) => void;
}

/**
 * Puts the files that parameters name where a run elsewhere sees them, at `LAKE/../raw/HASH/NAME`, and returns the
 * parameters with these places. What is there already is not uploaded again: the hash is that of the content.
 *
 * @throws PlatformError `notFound` for a path where nothing is, and what the store throws.
 */
export async function seedRawData(params: RunParams, seeding: Seeding): Promise<RunParams> {
  const files = localFiles(params, seeding);
  const lake = files.length > 0 ? seeding.lake() : undefined;
  if (lake === undefined) return params;
  let seeded = params;
  for (const { key, param, path } of files) {
    const uri = await uploadOnce(path, lake, seeding.log);
    seeded = { ...seeded, [key]: { ...seeded[key], [param]: uri } };
  }
  return seeded;
}

/** Of parameters that a run can set: one that each of its steps fixes is the definition's, and so lies in the image. */
function localFiles(params: RunParams, { document, project }: Seeding): LocalFile[] {
  return Object.entries(document.params).flatMap(([key, schema]) => {
    const users = document.steps.filter(({ paramsKey }) => paramsKey === key);
    const isFixed = (param: string) => users.every(({ fixedParams = {} }) => param in fixedParams);
    return pathParams(schema, params[key] ?? {})
      .filter(([param, value]) => !isFixed(param) && !isLocation(value))
      .map(([param, value]) => ({ key, param, path: found(`${key}.${param}`, value, project) }));
  });
}

function found(name: string, value: string, project: string): string {
  const path = resolve(project, value);
  if (existsSync(path)) return path;
  throw new PlatformError(`${name} is ${value}, and ${path} isn't there`, {
    code: 'notFound',
    hint: 'put the file there, or name another; a relative path starts from the project folder',
  });
}

async function uploadOnce(path: string, lake: string, log: Seeding['log']): Promise<string> {
  const place = `${besideLake(lake, 'raw')}/${(await hashArtifact(path)).slice(0, 16)}`;
  const store = await openStore(place);
  const name = basename(path);
  const there = new Set(await store.list(''));
  const missing = (await filesOf(path, name)).filter((file) => !there.has(file.name));
  if (missing.length > 0) log(`${path} goes to ${place}/${name}`);
  for (const file of missing) await store.upload(file.path, file.name);
  return `${place}/${name}`;
}

/** `s3://acme/lake/runs` has its raw data in `s3://acme/lake/raw`; a bucket has it in itself. */
export function besideLake(lake: string, name: string): string {
  const [, bucket = '', path = ''] = /^([a-z][a-z\d+.-]*:\/\/[^/]*)(.*?)\/*$/.exec(lake) ?? [];
  return `${bucket}${path.replace(/\/[^/]+$/, '')}/${name}`;
}

async function filesOf(path: string, name: string): Promise<{ readonly path: string; readonly name: string }[]> {
  if (!(await stat(path)).isDirectory()) return [{ path, name }];
  const entries = (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  return entries.map((entry) => {
    const file = join(entry.parentPath, entry.name);
    return { path: file, name: `${name}/${toPosix(file.slice(path.length + 1))}` };
  });
}
