import { expect, test } from 'vitest';
import { documentOf } from '../testing/documents.ts';
import { dagTree } from './dag-tree.ts';
import { nest } from './nesting.ts';

type Shapes = Parameters<typeof documentOf>[0];

const step = (reads: number[] = [], on?: number, bound = 1, more = {}): Shapes[number] => ({
  reads,
  after: [],
  gates: on === undefined ? [] : [{ on, operator: '>=', bound }],
  more,
});

/** Per step the metrics that the sub-DAGs around it ask; with `!` where the runner decides. */
function placesOf(shapes: Shapes): string[] {
  const { places } = nest(documentOf(shapes));
  return [...places.values()].map(({ path, decidesItself }) => {
    const asked = path.map((text) => /step-\d+--metrics\S+ \S+ \S+/.exec(text)?.[0].replace(/--\S+/, ''));
    return `${asked.join(' / ')}${decidesItself ? '!' : ''}`;
  });
}

test('what follows a gated step lies in its sub-DAG, a gate within in one within', () => {
  expect(placesOf([step(), step([0], 0), step([1]), step([2], 1), step([0])])).toEqual([
    '',
    'step-0 >= 1.0',
    'step-0 >= 1.0',
    'step-0 >= 1.0 / step-1 >= 1.0',
    '',
  ]);
});

test('steps with the same gate share a sub-DAG; what follows both lies in it as well', () => {
  expect(placesOf([step(), step([], 0), step([], 0), step([1, 2])])).toEqual([
    '',
    'step-0 >= 1.0',
    'step-0 >= 1.0',
    'step-0 >= 1.0',
  ]);
});

test('where gates side by side meet, one branch moves out and decides itself; the step that reads both does not', () => {
  expect(placesOf([step(), step([], 0, 1), step([], 0, 2), step([1, 2])])).toEqual([
    '',
    'step-0 >= 1.0',
    '!',
    'step-0 >= 1.0 / step-0 >= 2.0',
  ]);
});

test('the branch that moves out is the one with fewer steps, and none with an accelerator', () => {
  const accelerator = { resources: { accelerator: { type: 'nvidia-t4', count: 1 } } };
  expect(placesOf([step(), step([], 0, 1), step([1]), step([], 0, 2), step([2, 3])])[3]).toBe('!');
  expect(placesOf([step(), step([], 0, 1), step([1]), step([], 0, 2, accelerator), step([2, 3])])).toEqual([
    '',
    '!',
    '!',
    'step-0 >= 2.0',
    'step-0 >= 2.0 / step-0 >= 1.0',
  ]);
});

test('a sub-DAG never asks a metric of a step that may have been skipped unseen', () => {
  // Step 2 moves out; so the gate of step 5, on its metric, is the runner's.
  const shapes = [step(), step([], 0, 1), step([], 0, 2), step([1]), step([1, 2, 3]), step([4], 2)];
  expect(placesOf(shapes)[2]).toBe('!');
  expect(placesOf(shapes)[5]).toBe('step-0 >= 1.0 / step-0 >= 2.0!');
});

test('a sub-DAG around another one alone is one with it, and none is called as a step is', () => {
  const gates = [1, 2].map((bound) => ({ on: 0, operator: '>=' as const, bound }));
  const document = documentOf([step(), { reads: [0], after: [], gates }]);
  const namesAndSizes = (of: typeof document) =>
    dagTree(of, nest(of)).gates.map(({ name, conditions }) => [name, conditions.length]);
  expect(namesAndSizes(document)).toEqual([['gate-1', 2]]);
  const taken = document.steps.slice(0, 1).map((one) => ({ ...one, name: 'gate-1' }));
  expect(namesAndSizes({ ...document, steps: [...document.steps, ...taken] })).toEqual([['gate-2', 2]]);
});
