import { cp, mkdir, readdir, stat, symlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PlatformError, suggest } from '@ml-platform/errors';
import { isLocation, openStore } from '@ml-platform/storage';
import { upstream } from '../document/check-document.ts';
import { artifactsFolder, runRecordFile, SKIP_MARKER } from '../runner/layout.ts';
import { toPosix } from '../workspace/to-posix.ts';
import type { StagedStep, Staging } from './run-staged.ts';
import { fetchBestTrial, openTrials, putTrial, trialFolder, trialNames } from './trials-staging.ts';

/** A folder, or a location in an object store. */
export type PlaceName = string;

/** What an engine gives a step: places by what lies in them. */
export interface Places {
  /**
   * By step (`train`: all that it left, by its outputs' paths, or its skip marker) or by output (`train.model`: that one,
   * by its path); several of one name are put together.
   */
  readonly inputs: readonly (readonly [string, PlaceName])[];
  /** By the step's own name (all that it leaves) or by output (that one). */
  readonly outputs: readonly (readonly [string, PlaceName])[];
  /** Gets the run record, as `STEP.json`. */
  readonly record?: PlaceName;
  /** Where the trials of a search lie that an engine leads. */
  readonly trials?: PlaceName;
}

/** Artifacts kept where an engine mounts, downloads or names them, each in a place of its own. */
export function placesStaging(places: Places): Staging {
  return {
    fetch: async (staged) => {
      check(staged, places);
      for (const [reference, place] of places.inputs) {
        await bring(place, artifactsFolder(staged.folder, reference.split('.')[0] ?? ''));
      }
      if (places.trials === undefined || !staged.options.bestTrial) return;
      const trials = await openTrials(places.trials, { create: false });
      if (trials) await fetchBestTrial(staged, trials);
    },
    put: async (staged, status) => {
      const { step, folder, options } = staged;
      if (options.item !== undefined && status === 'skipped') return;
      if (options.trial && places.trials !== undefined) {
        const trials = await openTrials(places.trials, { create: true });
        if (trials) await putTrial(staged, trials);
      }
      const artifacts = options.trial ? await trialFolder(staged) : artifactsFolder(folder, step.name);
      for (const [reference, place] of places.outputs) {
        // Whoever reads it finds a folder there, even of a step that leaves nothing.
        if (!isLocation(place)) await mkdir(resolve(place), { recursive: true });
        const path = step.outputs[reference]?.path;
        const names = reference === step.name ? await trialNames(artifacts) : [path ?? '', SKIP_MARKER];
        for (const name of names) if (existsSync(join(artifacts, name))) await take(join(artifacts, name), place, name);
      }
      const record = runRecordFile(folder, step.name);
      if (places.record !== undefined && existsSync(record)) await take(record, places.record, `${step.name}.json`);
    },
  };
}

/** @throws PlatformError `usage` for what the step neither reads nor leaves. */
function check({ step, document }: StagedStep, { inputs, outputs }: Places): void {
  const before = document.steps.filter(({ name }) => name === step.name || upstream(step).includes(name));
  const read = before.flatMap((other) => [
    other.name,
    ...Object.keys(other.outputs).map((output) => `${other.name}.${output}`),
  ]);
  refuseUnknown(inputs, read, `--input names what step '${step.name}' doesn't read`, `${step.name} reads`);
  const left = [step.name, ...Object.keys(step.outputs)];
  refuseUnknown(outputs, left, `--output names what step '${step.name}' doesn't leave`, `${step.name} leaves`);
}

function refuseUnknown(given: Places['inputs'], known: readonly string[], message: string, plural: string): void {
  const [unknown] = given.find(([reference]) => !known.includes(reference)) ?? [];
  if (unknown === undefined) return;
  throw new PlatformError(`${message}: '${unknown}'`, { code: 'usage', hint: suggest(unknown, known, plural) });
}

async function bring(place: PlaceName, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if (!isLocation(place)) return linkInto(resolve(place), folder);
  const store = await openStore(place);
  for (const file of await store.list('')) await store.download(file, join(folder, file));
}

/** Links to files, since a mounted folder can be read-only and large; in folders, since several come together in one. */
async function linkInto(source: string, target: string): Promise<void> {
  if (!existsSync(source)) {
    throw new PlatformError(`there is nothing at ${source}`, {
      code: 'notFound',
      hint: 'run the step before it first',
    });
  }
  await mkdir(target, { recursive: true });
  for (const name of await readdir(source)) {
    const [from, to] = [join(source, name), join(target, name)];
    if ((await stat(from)).isDirectory()) await linkInto(from, to);
    else await symlink(from, to);
  }
}

async function take(path: string, place: PlaceName, name: string): Promise<void> {
  if (isLocation(place)) return (await openStore(place)).upload(path, toPosix(name));
  await cp(path, join(resolve(place), name), { recursive: true, dereference: true });
}
