import { PlatformError } from '@ml-platform/errors';
import { isLocation, type ObjectStore, openStore } from '@ml-platform/storage';
import type { PipelineDocument, StepDocument } from '../document/document.ts';
import { artifactPath, artifactsFolder, runRecordFile } from '../runner/layout.ts';
import { toPosix } from '../workspace/to-posix.ts';
import type { Places } from './places-staging.ts';

/** An object store in a project's layout, and where each path of it really lies. */
export interface Lake {
  readonly store: ObjectStore;
  /** The URI of a path of the layout. */
  readonly uriOf: (path: string) => string;
}

/** A store as it is. */
export async function storeLake(uri: string): Promise<Lake> {
  const root = uri.replace(/\/+$/, '');
  return { store: await openStore(root), uriOf: (path) => `${root}/${path}` };
}

/**
 * Places that an engine gives a step one by one, as one store: what a service reads and writes stays where the engine wants
 * it. `undefined` where one of them is a folder of this machine.
 *
 * @throws PlatformError `usage` for places in several buckets, or without one for the run record.
 */
export async function placesLake(
  document: PipelineDocument,
  step: StepDocument,
  { inputs, outputs, record }: Places,
): Promise<Lake | undefined> {
  const all = [...inputs, ...outputs].map(([, place]) => place);
  if (!all.every(isLocation)) return undefined;
  if (record === undefined || !isLocation(record))
    throw usage('a service needs a place for the run record: --record URI');
  const buckets = new Set([...all, record].map((uri) => /^[^:]+:\/\/[^/]*/.exec(uri)?.[0] ?? uri));
  const [bucket = '', other] = buckets;
  if (other !== undefined) throw usage(`a service's places are in one bucket, and these are in ${bucket} and ${other}`);
  const under = (uri: string) => uri.slice(bucket.length + 1).replace(/\/+$/, '');
  const roots: [string, string][] = [
    ...inputs.map(([reference, place]) => rootOf(document, reference, under(place))),
    ...outputs.map(([reference, place]) =>
      rootOf(document, reference === step.name ? reference : `${step.name}.${reference}`, under(place)),
    ),
    [toPosix(runRecordFile('', step.name)), `${under(record)}/${step.name}.json`],
    ['jobs', `${under(record)}/jobs`],
  ];
  const real = (path: string) => {
    const [from, to] = roots.find(([root]) => path === root || path.startsWith(`${root}/`)) ?? [];
    return from === undefined ? undefined : `${to}${path.slice(from.length)}`;
  };
  return {
    store: mapped(await openStore(`${bucket}/`), roots, real),
    uriOf: (path) => `${bucket}/${real(path) ?? path}`,
  };
}

/** Of `step` or `step.output`: where that is in the layout, and in the bucket. */
function rootOf(document: PipelineDocument, reference: string, place: string): [string, string] {
  const [step = '', output] = reference.split('.');
  const folder = toPosix(artifactsFolder('', step));
  if (output === undefined) return [folder, place];
  const path = toPosix(artifactPath(document, { step, output }, ''));
  return [path, `${place}${path.slice(folder.length)}`];
}

type Real = (path: string) => string | undefined;

function mapped(store: ObjectStore, roots: readonly [string, string][], real: Real): ObjectStore {
  const needed = (path: string): string => {
    const found = real(path);
    if (found !== undefined) return found;
    throw usage(`the engine gave no place for ${path}`);
  };
  return {
    list: async (prefix) => {
      const at = real(prefix);
      return at === undefined ? [] : (await store.list(at)).map((path) => `${prefix}${path.slice(at.length)}`);
    },
    download: (path, file) => store.download(needed(path), file),
    upload: (file, path) => store.upload(file, needed(path)),
    copy: (from, to) => store.copy(needed(from), needed(to)),
    version: (path) => store.version(needed(path)),
    remove: async (prefix) => {
      const at = real(prefix);
      if (at !== undefined) return store.remove(at);
      // A folder of which the engine has only parts.
      for (const [root, to] of roots) if (root.startsWith(prefix)) await store.remove(to);
    },
  };
}

function usage(message: string): PlatformError {
  return new PlatformError(message, { code: 'usage', hint: 'run-step --help: --input, --output and --record' });
}
