import { PlatformError } from '@ml-platform/errors';
import type { z } from 'zod';
import type { ArtifactType, InputTypes, OutputTypes } from '../artifacts/artifact-type.ts';
import type { Condition, OutputReference, Schedule } from '../document/document.ts';
import { callerFile } from './caller-file.ts';
import type { Step } from './define-step.ts';
import {
  createHandle,
  createManyHandle,
  type Handles,
  type ManyHandle,
  type ManyHandles,
  type OutputHandle,
  type Wiring,
} from './handles.ts';
import { stepNamePattern } from './names.ts';

export interface AddOptions<Params extends z.ZodObject = z.ZodObject> {
  /** Another name than the step's own, where a pipeline uses a step twice. */
  readonly name?: string;
  /** All must hold, else the step and what follows from it is skipped. */
  readonly when?: Condition | readonly Condition[];
  /** Names of steps that come first although nothing of theirs is read. */
  readonly after?: readonly string[];
  /** Values fixed here; neither a parameter file nor `--param` overrides them. */
  readonly params?: Partial<z.input<Params>>;
}

/** A step at its place in a pipeline. */
export interface PlacedStep {
  readonly name: string;
  readonly step: Step;
  readonly sources: Readonly<Record<string, readonly OutputReference[]>>;
  readonly when: readonly Condition[];
  readonly after: readonly string[];
  readonly fixedParams: Readonly<Record<string, unknown>>;
  readonly forEach?: { readonly param: string; readonly from: OutputReference };
}

export interface PipelineOptions {
  readonly description?: string;
  readonly schedule?: Schedule;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Pipeline extends PipelineOptions {
  readonly name: string;
  readonly steps: readonly PlacedStep[];
  /** Absolute path of the defining file. */
  readonly definedIn: string;
}

type WiringArguments<Inputs extends InputTypes, Options> = keyof Inputs extends never
  ? [wiring?: Record<never, never>, options?: Options]
  : [wiring: Wiring<Inputs>, options?: Options];

export interface PipelineBuilder {
  /** Places a step; its inputs are wired to outputs of steps placed before. */
  add<Params extends z.ZodObject, Inputs extends InputTypes, Outputs extends OutputTypes>(
    step: Step<Params, Inputs, Outputs>,
    ...rest: WiringArguments<Inputs, AddOptions<Params>>
  ): Handles<Outputs>;
  /**
   * Fans a step out: one run per item, the item in the parameter `param`. A list known here becomes one step per item,
   * named `step-item`; a JSON list that another step wrote becomes one step that loops.
   */
  each<Params extends z.ZodObject, Inputs extends InputTypes, Outputs extends OutputTypes, Param extends string>(
    step: Step<Params, Inputs, Outputs>,
    param: Param & keyof z.input<Params>,
    items: readonly z.input<Params>[Param & keyof z.input<Params>][] | OutputHandle<'json'>,
    ...rest: WiringArguments<Inputs, AddOptions<Params>>
  ): ManyHandles<Outputs>;
}

/**
 * Defines a pipeline: a typed graph of steps.
 *
 * @throws PlatformError `config` for two steps of one name, or a name that isn't kebab-case.
 * @example
 * ```ts
 * export default definePipeline('flight-delays', ({ add }) => {
 *   const raw = add(ingest);
 *   const features = add(buildFeatures, { flights: raw.flights });
 *   add(train, { features: features.table });
 * });
 * ```
 */
export function definePipeline(
  name: string,
  build: (builder: PipelineBuilder) => void,
  options: PipelineOptions = {},
): Pipeline {
  if (!stepNamePattern.test(name)) {
    throw new PlatformError(`pipeline name '${name}' is not kebab-case`, {
      code: 'config',
      hint: "name it like 'flight-delays'",
    });
  }
  const steps: PlacedStep[] = [];
  build(createBuilder(steps));
  return { ...options, name, steps, definedIn: callerFile(definePipeline) };
}

function createBuilder(steps: PlacedStep[]): PipelineBuilder {
  const place = (placed: PlacedStep) => {
    if (steps.some(({ name }) => name === placed.name)) {
      throw new PlatformError(`two steps are named '${placed.name}'`, {
        code: 'config',
        hint: `give the second one a name of its own: add(step, wiring, { name: '${placed.name}-again' })`,
      });
    }
    steps.push(placed);
  };

  return {
    add(step, ...[wiring = {}, options = {}]) {
      const placed = placeStep(step as unknown as Step, wiring, options as AddOptions);
      place(placed);
      return mapOutputs(step.outputs, (output, type) => createHandle(placed.name, output, type)) as never;
    },
    each(step, param, items, ...[wiring = {}, options = {}]) {
      const placed = placeStep(step as unknown as Step, wiring, options as AddOptions);
      const all = isHandle(items)
        ? [{ ...placed, forEach: { param, from: reference(items) } }]
        : fanOut(placed, param, items);
      for (const one of all) place(one);
      const names = all.map(({ name }) => name);
      return mapOutputs(step.outputs, (output, type) => createManyHandle(names, output, type)) as never;
    },
  };
}

function placeStep(step: Step, wiring: object, { name, when = [], after = [], params = {} }: AddOptions): PlacedStep {
  const sources = Object.fromEntries(
    Object.entries(wiring as Record<string, OutputHandle | ManyHandle | readonly OutputHandle[]>).map(
      ([input, handle]) => [input, sourcesOf(handle)],
    ),
  );
  const conditions = Array.isArray(when) ? (when as readonly Condition[]) : [when as Condition];
  return { name: name ?? step.name, step, sources, when: conditions, after, fixedParams: params };
}

function fanOut(placed: PlacedStep, param: string, items: readonly unknown[]): PlacedStep[] {
  return items.map((item) => ({
    ...placed,
    name: `${placed.name}-${slug(item)}`,
    fixedParams: { ...placed.fixedParams, [param]: item },
  }));
}

/** `JFK` → `jfk`, `0.1` → `0-1`. */
function slug(item: unknown): string {
  const text = typeof item === 'string' ? item : JSON.stringify(item);
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

function sourcesOf(handle: OutputHandle | ManyHandle | readonly OutputHandle[]): OutputReference[] {
  if ('sources' in handle) return handle.sources.map(reference);
  return Array.isArray(handle) ? handle.map(reference) : [reference(handle as OutputHandle)];
}

function isHandle(items: unknown): items is OutputHandle {
  return !Array.isArray(items);
}

function reference({ step, output }: OutputHandle): OutputReference {
  return { step, output };
}

function mapOutputs<Result>(outputs: OutputTypes, map: (name: string, type: ArtifactType) => Result) {
  return Object.fromEntries(Object.entries(outputs).map(([name, type]) => [name, map(name, type)]));
}
