import { type Condition, type StepDocument, upstream } from '@ml-platform/pipeline';
import { metricsOf } from '../graph.ts';
import { expressionOf } from './channels.ts';

/** Conditions by their text, from the outermost sub-DAG inwards. */
export type Path = readonly string[];

export interface Wanted {
  /** Every condition that a step depends on: its own, and those of what it follows. */
  readonly paths: ReadonlyMap<string, Path>;
  readonly conditions: ReadonlyMap<string, Condition>;
}

/**
 * The sub-DAGs that each step would lie in if all were within its sight: those of one step that it follows, then one per
 * further condition. That one step is the deepest, unless `bases` names it.
 */
export function wantedPaths(order: readonly StepDocument[], bases: ReadonlyMap<string, string>): Wanted {
  const index = new Map(order.map(({ name }, at) => [name, at]));
  const conditions = new Map<string, Condition>();
  const paths = new Map<string, Path>();
  const readyAt = (text: string) => Math.max(...asked(conditions.get(text)).map(({ step }) => index.get(step) ?? 0));
  for (const step of order) {
    const before = upstream(step).map((name) => paths.get(name) ?? []);
    const deepest = before.reduce<Path>((most, path) => (path.length > most.length ? path : most), []);
    const base = paths.get(bases.get(step.name) ?? '') ?? deepest;
    const own = (step.when ?? []).map((condition) => [expressionOf(condition), condition] as const);
    for (const [text, condition] of own) conditions.set(text, condition);
    const all = new Set([...before.flat(), ...own.map(([text]) => text)]);
    const further = [...all].filter((text) => !base.includes(text));
    // A condition on a metric comes after those that the metric's own step depends on.
    further.sort((a, b) => readyAt(a) - readyAt(b) || (a < b ? -1 : 1));
    paths.set(step.name, [...base, ...further]);
  }
  return { paths, conditions };
}

export function asked(condition: Condition | undefined): ReturnType<typeof metricsOf> {
  return metricsOf(condition ? [condition] : []);
}

/** The length of the beginning that two paths have in common. */
export function shared(one: Path, other: Path): number {
  const differs = one.findIndex((text, at) => text !== other[at]);
  return differs < 0 ? one.length : differs;
}
