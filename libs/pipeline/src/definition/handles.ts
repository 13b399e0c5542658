import type { ArtifactType, InputTypes, ManyType, MetricsType, OutputTypes } from '../artifacts/artifact-type.ts';
import type { Condition } from '../document/document.ts';

/** An output of a step in a pipeline, to be wired into the inputs of later steps. */
export interface OutputHandle<Kind extends string = string> {
  readonly kind: Kind;
  readonly step: string;
  readonly output: string;
}

/** The metrics that a step writes; `get` names one of the declared scalars. */
export interface MetricsHandle<Names extends string = string> extends OutputHandle<'metrics'> {
  get(name: Names): MetricHandle;
}

/** What a fanned-out step produced: one artifact per item. */
export interface ManyHandle<Kind extends string = string> {
  readonly manyOf: Kind;
  readonly sources: readonly OutputHandle<Kind>[];
}

type Bound = number | MetricHandle;

/** One scalar of a metrics file; its comparisons are what a gate is made of. */
export class MetricHandle {
  readonly step: string;
  readonly output: string;
  readonly name: string;

  constructor(step: string, output: string, name: string) {
    this.step = step;
    this.output = output;
    this.name = name;
  }

  atLeast = (bound: Bound): Condition => this.#compare('>=', bound);
  atMost = (bound: Bound): Condition => this.#compare('<=', bound);
  above = (bound: Bound): Condition => this.#compare('>', bound);
  below = (bound: Bound): Condition => this.#compare('<', bound);

  #compare(operator: Condition['operator'], bound: Bound): Condition {
    return { metric: this.#reference(), operator, bound: typeof bound === 'number' ? bound : bound.#reference() };
  }

  #reference() {
    return { step: this.step, output: this.output, name: this.name };
  }
}

/** What an input of a type takes. */
export type HandleFor<Type> =
  Type extends ManyType<infer Kind>
    ? ManyHandle<Kind> | readonly OutputHandle<Kind>[]
    : Type extends ArtifactType<infer Kind>
      ? OutputHandle<Kind>
      : never;

/** What `add` returns: a handle per declared output. */
export type Handles<Outputs extends OutputTypes> = {
  readonly [Name in keyof Outputs]: Outputs[Name] extends MetricsType<infer Names>
    ? MetricsHandle<Names>
    : OutputHandle<Outputs[Name]['kind']>;
};

export type ManyHandles<Outputs extends OutputTypes> = {
  readonly [Name in keyof Outputs]: ManyHandle<Outputs[Name]['kind']>;
};

export type Wiring<Inputs extends InputTypes> = { readonly [Name in keyof Inputs]: HandleFor<Inputs[Name]> };

/** The handle of one output, with the declared metrics behind `get`. */
export function createHandle(step: string, output: string, type: ArtifactType): OutputHandle | MetricsHandle {
  const handle: OutputHandle = { kind: type.kind, step, output };
  if (type.kind !== 'metrics') return handle;
  return { ...handle, kind: 'metrics', get: (name: string) => new MetricHandle(step, output, name) };
}

/** The handle of what several runs of one step produced. */
export function createManyHandle(steps: readonly string[], output: string, type: ArtifactType): ManyHandle {
  return { manyOf: type.kind, sources: steps.map((step) => ({ kind: type.kind, step, output })) };
}
