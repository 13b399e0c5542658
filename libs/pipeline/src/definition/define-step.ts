import { PlatformError } from '@ml-platform/errors';
import { z } from 'zod';
import type { InputTypes, ManyType, MetricsType, OutputTypes } from '../artifacts/artifact-type.ts';
import type { Resources, Retry, Tune } from '../document/document.ts';
import type { Duration, Memory } from '../document/quantities.ts';
import { callerFile } from './caller-file.ts';
import { RESERVED_NAMES, stepNamePattern } from './names.ts';

type NoParams = z.ZodObject<Record<never, never>>;

/** A Python script, beside the file that names it, run in the project's locked environment. */
export interface PythonScript {
  readonly python: string;
  /** The framework that it is written for; plain Python unless given. */
  readonly on?: 'spark' | 'ray';
}

/** `() => import('./x.run.ts')`: the module's `run(context)` does the work, and is loaded only then. */
export type RunModule = () => Promise<{ readonly run: unknown }>;

export interface StepSpec<
  Params extends z.ZodObject = z.ZodObject,
  Inputs extends InputTypes = InputTypes,
  Outputs extends OutputTypes = OutputTypes,
> {
  /** Kebab-case; becomes the Nx target and the task's name in every engine. */
  readonly name: string;
  readonly description?: string;
  /** Values come from `params.yaml`, an environment's overlay and `--param`; defaults from here. */
  readonly params?: Params;
  readonly inputs?: Inputs;
  readonly outputs?: Outputs;
  readonly run: RunModule | PythonScript;
  readonly resources?: Omit<Resources, 'memory' | 'disk'> & { readonly memory?: Memory; readonly disk?: Memory };
  /**
   * Runs the step once per trial, each with values of its own for some parameters, and keeps what the best one left. An
   * engine that tunes by itself takes it over; anywhere else the step runner searches at random, with the same trials each time.
   */
  readonly tune?: TuneSpec;
  readonly retry?: Omit<Retry, 'backoff'> & { readonly backoff?: Duration };
  readonly timeout?: Duration;
  /** May run on capacity that can be taken away; give it a `retry`. */
  readonly spot?: boolean;
  /** False for a step that acts on the world (registers, notifies): it runs each time. */
  readonly cache?: boolean;
}

export interface Step<
  Params extends z.ZodObject = z.ZodObject,
  Inputs extends InputTypes = InputTypes,
  Outputs extends OutputTypes = OutputTypes,
> extends StepSpec<Params, Inputs, Outputs> {
  readonly params: Params;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  /** Absolute path of the defining file. */
  readonly definedIn: string;
}

/** How to search for a step's best parameters. */
export interface TuneSpec extends Omit<Tune, 'metric' | 'search'> {
  /** As `metrics.auc`: one of the step's own outputs, then a number in it. */
  readonly metric: string;
  /** By parameter. */
  readonly search: Readonly<Record<string, Tune['search'][string]>>;
}

/** A search by a number that the step writes, over parameters that it has. */
type TypedTune<Params extends z.ZodObject, Outputs extends OutputTypes> = Omit<TuneSpec, 'metric' | 'search'> & {
  readonly metric: MetricPath<Outputs>;
  readonly search: { readonly [Name in keyof z.input<Params> & string]?: Tune['search'][string] };
};

type TypedSpec<Params extends z.ZodObject, Inputs extends InputTypes, Outputs extends OutputTypes> = Omit<
  StepSpec<Params, Inputs, Outputs>,
  'tune'
> & { readonly tune?: TypedTune<Params, Outputs> };

type MetricPath<Outputs extends OutputTypes> = {
  [Name in keyof Outputs & string]: Outputs[Name] extends MetricsType<infer Names> ? `${Name}.${Names}` : never;
}[keyof Outputs & string];

/** What a TypeScript step's `run` is called with. */
export interface StepContext<AnyStep> {
  readonly params: AnyStep extends Step<infer Params, InputTypes, OutputTypes> ? z.output<Params> : never;
  /** Absolute local path per input; a list of them where the input is `many`. */
  readonly inputs: AnyStep extends { readonly inputs: infer Inputs }
    ? { readonly [Name in keyof Inputs]: Inputs[Name] extends ManyType ? readonly string[] : string }
    : never;
  /** Absolute local path per output, to be written by the step; nothing stands there yet. */
  readonly outputs: AnyStep extends { readonly outputs: infer Outputs }
    ? { readonly [Name in keyof Outputs]: string }
    : never;
  log(message: string): void;
  progress(state: { readonly done: number; readonly total: number; readonly label: string }): void;
  writeMetrics<Name extends MetricsOutputs<AnyStep>>(name: Name, values: MetricValues<AnyStep, Name>): Promise<void>;
  /** Aborts on a timeout, a signal, or when the process that started the step is gone. */
  readonly signal: AbortSignal;
}

type OutputsOf<AnyStep> = AnyStep extends { readonly outputs: infer Outputs } ? Outputs : never;

type MetricsOutputs<AnyStep> = {
  [Name in keyof OutputsOf<AnyStep>]: OutputsOf<AnyStep>[Name] extends MetricsType ? Name : never;
}[keyof OutputsOf<AnyStep>] &
  string;

type MetricValues<AnyStep, Name extends keyof OutputsOf<AnyStep>> =
  OutputsOf<AnyStep>[Name] extends MetricsType<infer Names> ? Readonly<Record<Names, number>> : never;

/** Names a Python script, relative to the file that defines the step. */
export function python(script: string): PythonScript {
  return { python: script };
}

/**
 * Names a Python script for Apache Spark, relative to the file that defines the step: local Spark, or the Spark service
 * that the step runner is told of. It begins with `load_spark_step()`.
 *
 * @example
 * ```ts
 * const aggregate = defineStep({
 *   name: 'aggregate',
 *   inputs: { flights: dataset() },
 *   outputs: { delays: dataset(), metrics: metrics('rows') },
 *   run: spark('aggregate.py'),
 * });
 * ```
 */
export function spark(script: string): PythonScript {
  return { python: script, on: 'spark' };
}

/**
 * Names a Python script for Ray, relative to the file that defines the step: Ray on the step's own machine, or a cluster
 * where the engine makes one. It begins with `load_ray_step()`.
 */
export function ray(script: string): PythonScript {
  return { python: script, on: 'ray' };
}

/**
 * Defines a step: files in, files out, typed parameters.
 *
 * @throws PlatformError `config` for a name that isn't kebab-case or that Nx keeps for itself.
 * @example
 * ```ts
 * const train = defineStep({
 *   name: 'train',
 *   params: z.strictObject({ trials: z.int().positive().default(20) }),
 *   inputs: { features: parquet() },
 *   outputs: { model: onnxModel(), metrics: metrics('auc') },
 *   run: python('train.py'),
 * });
 * ```
 */
export function defineStep<
  Params extends z.ZodObject = NoParams,
  const Inputs extends InputTypes = Record<never, never>,
  const Outputs extends OutputTypes = Record<never, never>,
>(spec: TypedSpec<Params, Inputs, Outputs>): Step<Params, Inputs, Outputs> {
  refuseBadName(spec.name);
  const nothing = {};
  const { tune, ...rest } = spec;
  return {
    ...rest,
    ...(tune && { tune: tune as TuneSpec }),
    params: spec.params ?? (z.strictObject({}) as unknown as Params),
    inputs: spec.inputs ?? (nothing as Inputs),
    outputs: spec.outputs ?? (nothing as Outputs),
    definedIn: callerFile(defineStep),
  };
}

function refuseBadName(name: string): void {
  if (!stepNamePattern.test(name)) {
    throw new PlatformError(`step name '${name}' is not kebab-case of 2 to 63 letters, digits and dashes`, {
      code: 'config',
      hint: "name it like 'clean-airports'",
    });
  }
  if (RESERVED_NAMES.has(name)) {
    throw new PlatformError(`step name '${name}' is taken: it is a target or an alias of the workspace`, {
      code: 'config',
      hint: `name it after what it does, such as '${name}-model'`,
    });
  }
}
