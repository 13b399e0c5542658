/** What a step is by its place: one with nothing before it, one of a fan-out, or one that brings a fan-out together. */
export type Kind = 'start' | 'work' | 'join';

export interface GraphStep {
  readonly name: string;
  readonly kind: Kind;
  /** Names of the steps whose results it is given. */
  readonly from: readonly string[];
}

const BLOCK = 10;

/**
 * A chain of fan-outs, `count` steps in all, in an order in which they can run: of every ten, nine are given the result
 * of the ten before, and the tenth is given theirs.
 */
export function fanOuts(count: number): GraphStep[] {
  return Array.from({ length: count }, (_, index): GraphStep => {
    const block = index - (index % BLOCK);
    if (index % BLOCK === BLOCK - 1) return { name: nameOf(index), kind: 'join', from: names(block, index) };
    if (block === 0) return { name: nameOf(index), kind: 'start', from: [] };
    return { name: nameOf(index), kind: 'work', from: [nameOf(block - 1)] };
  });
}

function names(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => nameOf(from + index));
}

function nameOf(index: number): string {
  return `step${index + 1}`;
}
