import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isLocation, type ObjectStore, openStore } from '@ml-platform/storage';
import { doneTrials, TRIAL_FILE, trialsFolder } from '../runner/native-trial.ts';
import { bestOf } from '../runner/run-trials.ts';
import type { StagedStep } from './run-staged.ts';

/** Where trials lie: below a prefix of a store, each in a folder of its own. */
export interface TrialsPlace {
  readonly store: ObjectStore;
  /** Ends with `/`, or is empty. */
  readonly prefix: string;
}

/** Brings what each trial is known by, and all that the best one left. */
export async function fetchBestTrial({ step, folder }: StagedStep, { store, prefix }: TrialsPlace): Promise<void> {
  const into = trialsFolder(folder, step.name);
  const files = (await store.list(prefix)).map((file) => file.slice(prefix.length));
  const bring = (file: string) => store.download(`${prefix}${file}`, join(into, file));
  for (const file of files.filter((path) => path.split('/')[1] === TRIAL_FILE)) await bring(file);
  const trials = await doneTrials(folder, step.name);
  const best = step.tune && trials[bestOf(trials, step.tune.goal)];
  if (best === undefined) return;
  for (const file of files.filter((path) => path.startsWith(`${best.id}/`))) await bring(file);
}

/** Puts away what a trial left, its own file last. */
export async function putTrial(staged: StagedStep, { store, prefix }: TrialsPlace): Promise<void> {
  const folder = await trialFolder(staged);
  const id = basename(folder);
  await store.remove(`${prefix}${id}/`);
  for (const name of await trialNames(folder)) await store.upload(join(folder, name), `${prefix}${id}/${name}`);
}

/** The folder of the one trial that a staged step ran. */
export async function trialFolder({ step, folder }: StagedStep): Promise<string> {
  const trials = trialsFolder(folder, step.name);
  const [id = ''] = await readdir(trials);
  return join(trials, id);
}

/** What stands in a folder of artifacts; the file that a trial is known by comes last. */
export async function trialNames(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return [...names.filter((name) => name !== TRIAL_FILE), ...names.filter((name) => name === TRIAL_FILE)];
}

/** Trials in a place of their own; `undefined` for a folder that isn't there, where none is to be made. */
export async function openTrials(
  place: string,
  { create }: { readonly create: boolean },
): Promise<TrialsPlace | undefined> {
  if (isLocation(place)) return { store: await openStore(place), prefix: '' };
  const folder = resolve(place);
  if (create) await mkdir(folder, { recursive: true });
  if (!existsSync(folder)) return undefined;
  return { store: await openStore(pathToFileURL(folder).href), prefix: '' };
}
