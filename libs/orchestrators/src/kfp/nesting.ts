import { type Condition, type PipelineDocument, type StepDocument, stepOrder, upstream } from '@ml-platform/pipeline';
import { asked, type Path, shared, type Wanted, wantedPaths } from './wanted-paths.ts';

export interface Place {
  /** The sub-DAGs that the step's task lies in. */
  readonly path: Path;
  /** Whether the step runner decides, for the sub-DAGs don't say all: its task starts, and may leave a note of a skip. */
  readonly decidesItself: boolean;
}

export interface Nesting {
  readonly places: ReadonlyMap<string, Place>;
  readonly conditions: ReadonlyMap<string, Condition>;
}

/**
 * Says in which sub-DAGs each step lies, so that what the engine starts is what the rule says: a step runs where all ran
 * that it needs, and its own conditions hold. So it runs where all conditions hold, its own and those of what it follows.
 *
 * A task reads from its own DAG and from those around it, never from within another sub-DAG, for that may be skipped. So
 * each step lies within the sub-DAGs of a step that it follows, and one per further condition. Where it also follows
 * from a step in sub-DAGs of another branch, that step moves outwards to where both branches begin. There it starts
 * whatever its conditions say, and the step runner decides; its metrics may be missing, so no sub-DAG asks them. Which
 * of the branches moves is chosen so that few steps start for nothing.
 */
export function nest(document: PipelineDocument): Nesting {
  const order = stepOrder(document);
  let bases: ReadonlyMap<string, string> = new Map();
  let best = settle(order, wantedPaths(order, bases));
  for (const step of order) {
    for (const name of branches(step, wantedPaths(order, bases))) {
      const tried = new Map([...bases, [step.name, name]]);
      const other = settle(order, wantedPaths(order, tried));
      if (cost(order, other) >= cost(order, best)) continue;
      best = other;
      bases = tried;
    }
  }
  return best;
}

/** Of the steps that a step follows, one per innermost sub-DAG, where these lie side by side. */
function branches(step: StepDocument, { paths }: Wanted): string[] {
  const before = upstream(step).map((name) => [name, paths.get(name) ?? []] as const);
  const ends = before.filter(
    ([name, path], at) =>
      path.length > 0 &&
      !before.some(([other, longer], index) => {
        const within = other !== name && shared(path, longer) === path.length;
        return within && (longer.length > path.length || index < at);
      }),
  );
  return ends.length > 1 ? ends.map(([name]) => name) : [];
}

/** What starts for nothing where gates say no; a machine with an accelerator weighs as much as any number without. */
function cost(order: readonly StepDocument[], { places }: Nesting): number {
  const deciding = order.filter(({ name }) => places.get(name)?.decidesItself);
  const accelerated = deciding.filter(({ resources }) => resources?.accelerator !== undefined);
  return deciding.length + accelerated.length * order.length;
}

/** Moves steps outwards until each sees all that it reads. */
function settle(order: readonly StepDocument[], wanted: Wanted): Nesting {
  const paths = new Map(wanted.paths);
  for (let changed = true; changed; ) {
    changed = false;
    const shorten = (name: string, length: number) => {
      const path = paths.get(name) ?? [];
      if (path.length <= length) return;
      paths.set(name, path.slice(0, length));
      changed = true;
    };
    for (const step of [...order].reverse()) {
      shorten(step.name, answerable(paths.get(step.name) ?? [], paths, wanted));
      for (const name of upstream(step)) shorten(name, shared(paths.get(name) ?? [], paths.get(step.name) ?? []));
    }
  }
  const places = [...paths].map(([name, path]) => {
    return [name, { path, decidesItself: path.length < (wanted.paths.get(name)?.length ?? 0) }] as const;
  });
  return { places: new Map(places), conditions: wanted.conditions };
}

/** How many of a path's sub-DAGs, from the outermost, ask only metrics that are there where the sub-DAG starts. */
function answerable(path: Path, paths: ReadonlyMap<string, Path>, wanted: Wanted): number {
  const at = path.findIndex((text, depth) =>
    asked(wanted.conditions.get(text)).some(({ step }) => {
      const from = paths.get(step) ?? [];
      const decidesItself = from.length < (wanted.paths.get(step)?.length ?? 0);
      return decidesItself || shared(from, path.slice(0, depth)) < from.length;
    }),
  );
  return at < 0 ? path.length : at;
}
