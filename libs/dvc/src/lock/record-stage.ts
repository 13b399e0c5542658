import { existsSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument, stringify, type YAMLMap } from 'yaml';
import type { Tree } from '../cache/hash-tree.ts';
import { readLock } from '../hashes/read-hashes.ts';

/** A stage as `dvc.lock` tells it; paths from the folder of the lock, with `/`. */
export interface LockedStage {
  readonly cmd: string;
  readonly deps: readonly ({ readonly path: string } & Tree)[];
  /** By file: what was tracked in it, by key. */
  readonly params: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly outs: readonly ({ readonly path: string } & Tree)[];
}

/** YAML 1.1 is what Python reads: a text that looks like a date to it is put into quotes. */
const AS_PYTHON_READS = { version: '1.1', aliasDuplicateObjects: false } as const;

/**
 * Puts a stage into the `dvc.lock` of a folder, in place of an older one, and leaves the others as they are, but for those that
 * aren't `known` any more. The file appears whole. Of two writers one may lose what it wrote: hold a lock.
 *
 * @throws DvcError `mergeConflict` or `invalidFile` for a lock that can't be read.
 */
export async function recordStage(
  folder: string,
  name: string,
  stage: LockedStage,
  known?: readonly string[],
): Promise<void> {
  const file = join(folder, 'dvc.lock');
  if (existsSync(file)) await readLock(folder);
  const text = existsSync(file) ? await readFile(file, 'utf8') : "schema: '2.0'\nstages: {}\n";
  const document = parseDocument(text);
  document.setIn(['stages', name], nodeOf(stage));
  const stages = document.get('stages') as YAMLMap;
  stages.flow = false;
  if (known) stages.items = stages.items.filter(({ key }) => [...known, name].includes(String(key)));
  const staged = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(staged, document.toString({ lineWidth: 0, indentSeq: false }));
    await rename(staged, file);
  } finally {
    await rm(staged, { force: true });
  }
}

function nodeOf({ cmd, deps, params, outs }: LockedStage): YAMLMap {
  const located = ({ path, md5, size, nfiles }: { path: string } & Tree) => {
    return { path, hash: 'md5', md5, size, ...(nfiles !== undefined && { nfiles }) };
  };
  const entry = {
    cmd,
    ...(deps.length > 0 && { deps: deps.map(located) }),
    ...(Object.keys(params).length > 0 && { params }),
    outs: outs.map(located),
  };
  return parseDocument(stringify(entry, AS_PYTHON_READS)).contents as YAMLMap;
}
