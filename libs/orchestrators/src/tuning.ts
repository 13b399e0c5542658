import { PlatformError, suggest } from '@ml-platform/errors';
import type { PipelineDocument, StepDocument } from '@ml-platform/pipeline';
import { z } from 'zod';
import { beyondLimit, type Excess } from './limits.ts';

/** A step's search. */
export type Tune = NonNullable<StepDocument['tune']>;
export type Space = Tune['search'][string];
export type Range = Exclude<Space, readonly unknown[]>;
export type Choices = Extract<Space, readonly unknown[]>;

/** How an engine that leads a search finds the next values. */
export const searchStrategy = z.enum(['bayesian', 'random']);

/** What settings say of a step that searches: the engine leads the search, and runs each trial as a job of its own. */
export const tuningSettings = z.strictObject({
  form: z.literal('tuning'),
  /** `bayesian`, after what earlier trials found, unless given. */
  strategy: searchStrategy.exactOptional(),
});

type StepSettings = Readonly<Record<string, { readonly form?: string }>>;

/** A step's search where the engine leads it. */
export function nativeTune({ name, tune }: StepDocument, settings: StepSettings = {}): Tune | undefined {
  return settings[name]?.form === 'tuning' ? tune : undefined;
}

/**
 * Refuses settings of a step that isn't there, or that the engine is to tune and that searches nothing.
 *
 * @throws PlatformError `config`.
 */
export function checkStepSettings(title: string, { name, steps }: PipelineDocument, settings: StepSettings = {}): void {
  const names = steps.map((step) => step.name);
  for (const [key, { form }] of Object.entries(settings)) {
    const step = steps.find((one) => one.name === key);
    if (step === undefined) {
      throw new PlatformError(`the settings of ${title} name step '${key}', which pipeline '${name}' doesn't have`, {
        code: 'config',
        hint: suggest(key, names, 'steps'),
      });
    }
    if (form !== 'tuning' || step.tune) continue;
    throw new PlatformError(`the settings of ${title} make step '${key}' a tuning job, and it searches nothing`, {
      code: 'config',
      hint: `give it a tune in its definition, or take form: tuning out of targets.yaml`,
    });
  }
}

/** As the step runner reports it. */
export function metricIdOf({ metric }: Tune): string {
  return `${metric.output}.${metric.name}`;
}

/** Trials side by side. */
export function parallelTrials({ trials, parallel = 1 }: Tune): number {
  return Math.min(trials, parallel);
}

export function isChoices(space: Space): space is Choices {
  return Array.isArray(space);
}

/** What an engine takes of a search. */
export interface SearchLimits {
  /** Names, as they are given to it. */
  readonly name: { readonly pattern: RegExp; readonly limit: string; readonly source: string };
  readonly metric: { readonly pattern: RegExp; readonly limit: string; readonly source: string };
  /** Texts of values to choose from. */
  readonly choice?: { readonly pattern: RegExp; readonly limit: string; readonly source: string };
  /** Most parameters, and most values of one to choose from. */
  readonly count?: {
    readonly parameters: number;
    readonly choices: number;
    readonly title: string;
    readonly source: string;
  };
  /** Where it says what a whole number is. */
  readonly integers: string;
}

/**
 * Looks whether an engine takes a search.
 *
 * @throws PlatformError `config`, naming step, field and limit.
 */
export function checkSearch(pipeline: string, step: string, tune: Tune, limits: SearchLimits): void {
  const found = searchExcess(tune, limits);
  if (found) throw beyondLimit(pipeline, { step, ...found });
}

function searchExcess(tune: Tune, { name, metric, count, ...rest }: SearchLimits): Excess | undefined {
  const id = metricIdOf(tune);
  if (!metric.pattern.test(id)) return { field: 'tune.metric', value: `'${id}'`, ...told(metric) };
  const spaces = Object.entries(tune.search);
  if (count && spaces.length > count.parameters) {
    const limit = `${count.title} searches at most ${count.parameters}`;
    return { field: 'tune.search', value: `${spaces.length} parameters`, limit, source: count.source };
  }
  const wrong = spaces.find(([key]) => !name.pattern.test(key));
  if (wrong) return { field: 'tune.search', value: `'${wrong[0]}'`, ...told(name) };
  return spaces.map(([key, space]) => spaceExcess(key, space, { count, ...rest })).find((one) => one !== undefined);
}

type SpaceLimits = Pick<SearchLimits, 'choice' | 'integers'> & { readonly count: SearchLimits['count'] | undefined };

function spaceExcess(key: string, space: Space, { choice, count, integers }: SpaceLimits): Excess | undefined {
  const field = `tune.search.${key}`;
  if (!isChoices(space)) {
    if (!space.integer) return undefined;
    const { min, max } = wholeRange(space);
    if (min <= max && Number.isSafeInteger(min) && Number.isSafeInteger(max)) return undefined;
    const limit = 'a range of whole numbers has one, and its ends are below 2^53';
    return { field, value: `${space.min} to ${space.max}`, limit, source: integers };
  }
  const texts = choiceTexts(space);
  if (count && texts.length > count.choices) {
    const limit = `${count.title} chooses from at most ${count.choices}`;
    return { field, value: `${texts.length} values`, limit, source: count.source };
  }
  const twice = texts.find((text, index) => texts.indexOf(text) !== index);
  if (twice !== undefined) {
    const limit = 'values are handed on as texts, and two of these are the same';
    return { field, value: `'${twice}' and ${twice}`, limit, source: integers };
  }
  const wrong = choice && texts.find((text) => !choice.pattern.test(text));
  return wrong === undefined || choice === undefined
    ? undefined
    : { field, value: JSON.stringify(wrong), ...told(choice) };
}

function told({ limit, source }: { readonly limit: string; readonly source: string }) {
  return { limit, source };
}

/** The whole numbers of a range. */
export function wholeRange({ min, max }: Range) {
  return { min: Math.ceil(min), max: Math.floor(max) };
}

/** Values to choose from, as the step runner knows them again. */
export function choiceTexts(choices: Choices): string[] {
  return choices.map(String);
}
