import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LockedStage } from '@ml-platform/dvc';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { artifactsFolder, lockFile, outputPaths, SKIP_MARKER } from '../runner/layout.ts';
import type { Place } from '../runner/place.ts';
import { replaceFolder } from '../runner/staged-folder.ts';
import { withLock } from '../runner/step-lock.ts';
import { findUpwards } from '../workspace/find-upwards.ts';
import { ARTIFACTS, dvcFiles, isOfThisMachine } from './dvc-files.ts';
import { dvcSettings } from './dvc-settings.ts';
import { changedPath, takeMarks } from './file-marks.ts';
import { isEqual, type StageState, stageState } from './stage-state.ts';

type Dvc = typeof import('@ml-platform/dvc');
type Log = (message: string) => void;

/** What `dvc.lock` has of a step, and gets. */
export interface Ledger {
  /**
   * Brings what the same code, packages, parameters and inputs left, from DVC's cache; false where they never ran, or what they
   * left isn't on this machine.
   *
   * @throws DvcError `mergeConflict` or `invalidFile` for a `dvc.lock` that can't be read.
   */
  readonly restore: () => Promise<boolean>;
  /** Puts what the step left into `dvc.lock` and DVC's cache, unless what it depends on changed while it ran. */
  readonly record: () => Promise<void>;
  /** The same for a step that was left as it was, where the lock doesn't have it. */
  readonly recordUnknown: () => Promise<void>;
}

/**
 * The ledger of a step that is about to run with the parameters `given` (before defaults); none where the project is in no
 * repository of DVC, or artifacts lie elsewhere.
 */
export async function openLedger(
  place: Place,
  given: Readonly<Record<string, unknown>>,
  log: Log = () => undefined,
): Promise<Ledger | undefined> {
  const { project, store } = place;
  const root = findUpwards(project, join('.dvc', 'config'));
  if (root === undefined || store !== project) return undefined;
  const dvc = await import('@ml-platform/dvc');
  const found = stageOrReason(place, given);
  if (typeof found === 'string') return withoutLedger(found, log);
  const { state } = found;
  const entry = { place, root, dvc, log, ...found };
  const before = await takeMarks(project, state.deps);
  return {
    restore: () => restore(entry),
    record: async () => {
      const changed = changedPath(before, await takeMarks(project, state.deps));
      if (changed !== undefined) return notRecorded(`${changed} changed while it ran`, log);
      await recordOrTell(entry);
    },
    recordUnknown: async () => {
      if (!(await isKnown(entry))) await recordOrTell(entry);
    },
  };
}

interface Entry {
  readonly place: Place;
  readonly root: string;
  readonly dvc: Dvc;
  /** dvc.yaml and what goes with it, as they are with this step. */
  readonly files: ReadonlyMap<string, string>;
  readonly state: StageState;
  readonly log: Log;
}

/** A pipeline that DVC can't have is said, and runs all the same. */
function stageOrReason(
  place: Place,
  values: Readonly<Record<string, unknown>>,
): Pick<Entry, 'files' | 'state'> | string {
  try {
    const settings = dvcSettings(place.document, place.project);
    const files = dvcFiles(place.document, settings);
    const state = stageState(place, { values, settings });
    return typeof state === 'string' ? state : { files, state };
  } catch (error) {
    if (error instanceof PlatformError) return `${error.message}: ${error.hint}`;
    throw error;
  }
}

function withoutLedger(reason: string, log: Log): Ledger {
  const record = async () => notRecorded(reason, log);
  return { restore: async () => false, record, recordUnknown: async () => undefined };
}

function notRecorded(reason: string, log: Log): void {
  log(`not recorded in dvc.lock: ${reason}`);
}

async function restore({ place, root, dvc, state, log }: Entry): Promise<boolean> {
  const { described, project, store } = place;
  const locked = await lockedStage(place, dvc);
  const [out] = locked?.outs ?? [];
  if (locked === undefined || out?.md5 === undefined || described.cache === false) return false;
  if (!(await isSame(locked, state, project, dvc))) return false;
  const target = artifactsFolder(store, described.name);
  const isThere = existsSync(target) && (await dvc.hashTree(target)).tree.md5 === out.md5;
  if (!isThere && !(await bring(dvc, await dvc.cacheFolder(root), out.md5, target, log))) return false;
  // DVC knows no empty folder: a loop over nothing leaves one.
  if (described.forEach)
    for (const path of Object.values(outputPaths(described, target))) await mkdir(path, { recursive: true });
  return !existsSync(join(target, SKIP_MARKER));
}

async function bring(dvc: Dvc, cache: string, md5: string, target: string, log: Log): Promise<boolean> {
  try {
    await replaceFolder(target, async (staging) => {
      if (!(await dvc.bringFromCache(cache, { algorithm: 'md5', value: md5 }, staging))) throw NOT_THERE;
    });
    return true;
  } catch (error) {
    if (error === NOT_THERE) return false;
    if (!(error instanceof dvc.DvcError) || error.reason !== 'corruptedCache') throw error;
    log(`${error.message}: it is removed, and the step runs again`);
    await rm(error.said, { force: true });
    return false;
  }
}

const NOT_THERE = new Error('the cache lacks an object');

interface Located {
  readonly path: string;
  readonly md5?: string | undefined;
}

/** Whether a stage was run with what is here now. */
async function isSame(
  locked: { readonly deps: readonly Located[]; readonly params: unknown },
  { deps, params }: StageState,
  project: string,
  dvc: Dvc,
): Promise<boolean> {
  const known = new Map(locked.deps.map(({ path, md5 }) => [path, md5]));
  if (!isEqual(locked.params, params) || known.size !== deps.length) return false;
  for (const path of deps) {
    if (!known.has(path) || !existsSync(join(project, path))) return false;
    if ((await dvc.hashTree(join(project, path))).tree.md5 !== known.get(path)) return false;
  }
  return true;
}

/** Looks at code and parameters alone: what a step before this one left is as it was, or this one had run. */
async function isKnown({ place, dvc, state }: Entry): Promise<boolean> {
  const locked = await lockedStage(place, dvc);
  if (locked === undefined) return false;
  const isCode = (path: string) => !path.startsWith(ARTIFACTS);
  const code = { ...state, deps: state.deps.filter(isCode) };
  return isSame({ ...locked, deps: locked.deps.filter(({ path }) => isCode(path)) }, code, place.project, dvc);
}

async function lockedStage({ project, described }: Place, { readLock }: Dvc) {
  if (!existsSync(join(project, 'dvc.lock'))) return undefined;
  return (await readLock(project)).stages[described.name];
}

/** What the step left is there: a full disk, or a cache that nobody may write to, takes nothing of it away. */
async function recordOrTell(entry: Entry): Promise<void> {
  try {
    await record(entry);
  } catch (error) {
    if (!isOfFileSystem(error)) throw error;
    notRecorded(`${messageOf(error)}; when that is mended: npx platform data commit`, entry.log);
  }
}

function isOfFileSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

async function record({ place, root, dvc, files, state, log }: Entry): Promise<void> {
  const { document, described, project, store } = place;
  const [pid] = await dvc.processesAtWork(root);
  if (pid !== undefined)
    return notRecorded(`DVC is at work here, as process ${pid}; then: npx platform data commit`, log);
  const deps: LockedStage['deps'][number][] = [];
  for (const path of state.deps) deps.push({ path, ...(await dvc.hashTree(join(project, path))).tree });
  const foreign = await unrecordedInput(deps, place, dvc);
  if (foreign !== undefined) return notRecorded(`what '${foreign}' left is not`, log);
  const target = artifactsFolder(store, described.name);
  const out = isOfThisMachine(document, described)
    ? (await dvc.hashTree(target)).tree
    : await dvc.keepInCache(await dvc.cacheFolder(root), target);
  const stage = { ...state, deps, outs: [{ path: `${ARTIFACTS}${described.name}`, ...out }] };
  const names = document.steps.map(({ name }) => name);
  await withLock(lockFile(store, 'dvc.lock'), async () => {
    for (const [file, text] of files) await writeIfOther(join(project, file), text);
    await dvc.recordStage(project, described.name, stage, names);
  });
}

/** The step before this one whose output came of a run that isn't in the lock: of other parameters, say. */
async function unrecordedInput(deps: LockedStage['deps'], { project }: Place, { readLock }: Dvc) {
  const inputs = deps.flatMap(({ path, md5 }) =>
    path.startsWith(ARTIFACTS) ? [[path.slice(ARTIFACTS.length), md5]] : [],
  );
  if (inputs.length === 0) return undefined;
  const stages = existsSync(join(project, 'dvc.lock')) ? (await readLock(project)).stages : {};
  return inputs.find(([step = '', md5]) => stages[step]?.outs[0]?.md5 !== md5)?.[0];
}

async function writeIfOther(file: string, text: string): Promise<void> {
  if (existsSync(file) && (await readFile(file, 'utf8')) === text) return;
  const staged = `${file}.${process.pid}.tmp`;
  await writeFile(staged, text);
  await rename(staged, file);
}
