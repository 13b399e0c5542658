import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformError, suggest } from '@ml-platform/errors';
import type { StepDocument, Tune } from '../document/document.ts';
import { nameOf, type Place } from './place.ts';
import type { Trial } from './run-record.ts';
import { readMetric } from './run-trials.ts';

/** Stands beside what a trial left, written last: where it is, all is. */
export const TRIAL_FILE = 'trial.json';

/** Where trials that an engine runs one by one leave their artifacts, each in a folder of its own. */
export const trialsFolder = (store: string, step: string): string => join(store, 'trials', step);

type Space = Tune['search'][string];
type Value = string | number | boolean;

/** One trial of a search that an engine leads. */
export interface NativeTrial {
  /** By searched parameter. */
  readonly values: Readonly<Record<string, Value>>;
  /** Of the values: the same ones have the same. */
  readonly id: string;
  /** Absolute path of what it leaves. */
  readonly folder: string;
}

/** A trial that is done. */
export interface DoneTrial extends Trial {
  readonly id: string;
}

/**
 * A step's search.
 *
 * @throws PlatformError `usage` for a step that has none.
 */
export function searchOf(place: Place): Tune {
  const { tune, outputs } = place.described;
  if (tune === undefined) {
    throw new PlatformError(`${nameOf(place)} doesn't search, it has no trials`, {
      code: 'usage',
      hint: 'leave out --trial and --best-trial',
    });
  }
  const inTheWay = Object.keys(outputs).find((name) => outputs[name]?.path === TRIAL_FILE);
  if (inTheWay === undefined) return tune;
  throw new PlatformError(`output '${inTheWay}' of ${nameOf(place)} is a file ${TRIAL_FILE}, which each trial has`, {
    code: 'config',
    hint: 'give the output another name',
  });
}

/**
 * The trial of these values, which an engine hands on as texts.
 *
 * @throws PlatformError `usage` for a parameter that isn't searched, one that is missing, and a text that is no value of it.
 */
export function nativeTrial(place: Place, texts: Readonly<Record<string, string>>): NativeTrial {
  const { search } = searchOf(place);
  const names = Object.keys(search).sort();
  const unknown = Object.keys(texts).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const hint = suggest(unknown, names, 'searched parameters');
    throw new PlatformError(`--trial.${unknown}: ${nameOf(place)} doesn't search '${unknown}'`, {
      code: 'usage',
      hint,
    });
  }
  const entries = Object.entries(search).map(([name, space]) => [name, parseValue(name, space, texts[name])] as const);
  const values = Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
  const id = createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 16);
  return { values, id, folder: join(trialsFolder(place.store, place.described.name), id) };
}

/** Engines write numbers in their own way (`3.0`, `1e-05`), and some write `True`. */
function parseValue(name: string, space: Space, text: string | undefined): Value {
  const expected = expectedOf(space);
  if (text === undefined) {
    const hint = 'give one --trial.NAME=VALUE per searched parameter';
    throw new PlatformError(`--trial.${name} is missing, expected ${expected}`, { code: 'usage', hint });
  }
  const number = text.trim() === '' ? Number.NaN : Number(text);
  const value = Array.isArray(space) ? choiceOf(space, text, number) : number;
  const isValid = typeof value === 'number' ? Number.isFinite(value) : value !== undefined;
  const isWhole = Array.isArray(space) || !space.integer || Number.isInteger(value);
  if (value !== undefined && isValid && isWhole) return value;
  throw new PlatformError(`--trial.${name} is '${text}', expected ${expected}`, {
    code: 'usage',
    hint: `give what the step's tune.search has for '${name}'`,
  });
}

function choiceOf(choices: readonly Value[], text: string, number: number): Value | undefined {
  return (
    choices.find((choice) => String(choice) === text) ??
    choices.find((choice) => choice === number) ??
    choices.find((choice) => typeof choice === 'boolean' && String(choice) === text.toLowerCase())
  );
}

function expectedOf(space: Space): string {
  if (Array.isArray(space)) return `one of ${space.map(String).join(', ')}`;
  return space.integer ? 'a whole number' : 'a number';
}

/** Writes what a trial is known by, beside what it left; returns the value that trials are compared by. */
export async function noteTrial(
  { name, outputs }: StepDocument,
  tune: Tune,
  folder: string,
  params: Readonly<Record<string, unknown>>,
): Promise<number> {
  const value = await readMetric(join(folder, outputs[tune.metric.output]?.path ?? ''), tune, name);
  await writeFile(join(folder, TRIAL_FILE), `${JSON.stringify({ params, value })}\n`);
  return value;
}

/** The trials that are done, in the order of their ids. */
export async function doneTrials(store: string, step: string): Promise<DoneTrial[]> {
  const folder = trialsFolder(store, step);
  const ids = existsSync(folder) ? (await readdir(folder)).sort() : [];
  const done = ids.filter((id) => existsSync(join(folder, id, TRIAL_FILE)));
  return Promise.all(
    done.map(async (id) => ({ id, ...(JSON.parse(await readFile(join(folder, id, TRIAL_FILE), 'utf8')) as Trial) })),
  );
}

/**
 * The trials that an engine has run, in the order of their ids.
 *
 * @throws PlatformError `notFound` where there are none, `usage` for a step that doesn't search.
 */
export async function engineTrials(place: Place): Promise<DoneTrial[]> {
  const { search } = searchOf(place);
  const { store, described } = place;
  const trials = await doneTrials(store, described.name);
  if (trials.length > 0) return trials;
  const options = Object.keys(search).map((name) => `--trial.${name}=…`);
  throw new PlatformError(`${nameOf(place)} has no trial that is done in ${trialsFolder(store, described.name)}`, {
    code: 'notFound',
    hint: `run one first: run-step --step ${described.name} ${options.join(' ')}`,
  });
}

/** Copies what a trial left to `folder`. */
export async function adoptTrial({ store, described }: Place, id: string, folder: string): Promise<void> {
  const from = join(trialsFolder(store, described.name), id);
  for (const { path } of Object.values(described.outputs)) {
    if (existsSync(join(from, path))) await cp(join(from, path), join(folder, path), { recursive: true });
  }
}
