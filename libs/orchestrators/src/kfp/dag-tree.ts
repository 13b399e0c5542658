import type { Condition, PipelineDocument, StepDocument } from '@ml-platform/pipeline';
import { metricsOf } from '../graph.ts';
import type { Nesting } from './nesting.ts';

/** A DAG: tasks of steps, and sub-DAGs that start where all their conditions hold. */
export interface Dag {
  /** `undefined`: the root. */
  readonly name?: string;
  readonly conditions: readonly Condition[];
  readonly steps: readonly StepDocument[];
  readonly gates: readonly Dag[];
}

/** The DAG of a pipeline, whose sub-DAGs are as {@link Nesting} says; those around another one alone are one with it. */
export function dagTree(document: PipelineDocument, nesting: Nesting): Dag {
  const taken = new Set(document.steps.map(({ name }) => name));
  let count = 0;
  const nextName = (): string => {
    count += 1;
    const name = `gate-${count}`;
    return taken.has(name) ? nextName() : name;
  };
  const named = ({ gates, ...dag }: Dag, name?: string): Dag => ({
    ...dag,
    ...(name !== undefined && { name }),
    gates: gates.map((gate) => named(gate, nextName())),
  });
  return named(build(document, nesting, []));
}

function build(document: PipelineDocument, nesting: Nesting, path: readonly string[]): Dag {
  const pathOf = ({ name }: StepDocument) => nesting.places.get(name)?.path ?? [];
  const within = document.steps.filter((step) => path.every((text, at) => pathOf(step)[at] === text));
  const next = [...new Set(within.flatMap((step) => pathOf(step)[path.length] ?? []))];
  const condition = nesting.conditions.get(path.at(-1) ?? '');
  const dag = {
    conditions: condition ? [condition] : [],
    steps: within.filter((step) => pathOf(step).length === path.length),
    gates: next.map((text) => build(document, nesting, [...path, text])),
  };
  const [only, ...others] = dag.gates;
  if (only === undefined || others.length > 0 || dag.steps.length > 0 || path.length === 0) return dag;
  return { ...only, conditions: [...dag.conditions, ...only.conditions] };
}

/** A DAG's steps and those of its sub-DAGs. */
export function allSteps({ steps, gates }: Dag): StepDocument[] {
  return [...steps, ...gates.flatMap(allSteps)];
}

/** Every DAG, the root first. */
export function allDags(dag: Dag): Dag[] {
  return [dag, ...dag.gates.flatMap(allDags)];
}

/** The metrics that sub-DAGs ask, each once: what is handed on as numbers. */
export function askedMetrics(dag: Dag): ReturnType<typeof metricsOf> {
  return metricsOf(allDags(dag).flatMap(({ conditions }) => conditions));
}
