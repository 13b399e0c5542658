import { type StepDocument, upstream } from '@ml-platform/pipeline';

export interface Parallel {
  readonly branches: readonly (readonly Block[])[];
}

/** What stands at one place of a sequence: a step, or sequences side by side. */
export type Block = StepDocument | Parallel;

/**
 * Nests a graph, as the States Language asks for: its states are chains, and chains side by side.
 *
 * Steps that nothing connects stand side by side. Of connected ones, either those that wait for nothing come first,
 * or those that nothing waits for come last, whichever leaves more parts to stand side by side; then the rest in the
 * same way. So every step comes after what it needs. It may also wait for steps of the same part that it doesn't need:
 * the price of a language without edges.
 */
export function arrange(steps: readonly StepDocument[]): readonly Block[] {
  if (steps.length < 2) return steps;
  const parts = connectedParts(steps);
  if (parts.length > 1) return [{ branches: parts.map(arrange) }];
  const waitsFor = new Set(steps.flatMap(upstream));
  const names = new Set(steps.map(({ name }) => name));
  const first = steps.filter((step) => !upstream(step).some((name) => names.has(name)));
  const last = steps.filter(({ name }) => !waitsFor.has(name));
  const afterFirst = without(steps, first);
  const beforeLast = without(steps, last);
  return connectedParts(beforeLast).length > connectedParts(afterFirst).length
    ? [...arrange(beforeLast), ...sideBySide(last)]
    : [...sideBySide(first), ...arrange(afterFirst)];
}

export function isParallel(block: Block): block is Parallel {
  return 'branches' in block;
}

/** The steps of a block, in the order in which they stand. */
export function stepsOf(block: Block): readonly StepDocument[] {
  return isParallel(block) ? block.branches.flat().flatMap(stepsOf) : [block];
}

/** A block's Parallels, itself before those within it. */
export function parallelsOf(block: Block): readonly Parallel[] {
  return isParallel(block) ? [block, ...block.branches.flat().flatMap(parallelsOf)] : [];
}

function sideBySide(steps: readonly StepDocument[]): readonly Block[] {
  return steps.length > 1 ? [{ branches: steps.map((step) => [step]) }] : steps;
}

function without(steps: readonly StepDocument[], taken: readonly StepDocument[]): readonly StepDocument[] {
  return steps.filter((step) => !taken.includes(step));
}

/** Parts without an edge between them, in the order of their first steps. */
function connectedParts(steps: readonly StepDocument[]): readonly (readonly StepDocument[])[] {
  const neighbours = new Map(steps.map(({ name }) => [name, new Set<string>()]));
  for (const step of steps) {
    for (const name of upstream(step).filter((needed) => neighbours.has(needed))) {
      neighbours.get(name)?.add(step.name);
      neighbours.get(step.name)?.add(name);
    }
  }
  const seen = new Set<string>();
  return steps.flatMap(({ name }) => {
    if (seen.has(name)) return [];
    const part = new Set([name]);
    for (const member of part) for (const neighbour of neighbours.get(member) ?? []) part.add(neighbour);
    for (const member of part) seen.add(member);
    return [steps.filter((step) => part.has(step.name))];
  });
}
