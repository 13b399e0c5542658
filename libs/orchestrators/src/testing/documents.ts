import { checkDocument, type Condition, type PipelineDocument } from '@ml-platform/pipeline';
import fc from 'fast-check';

/** A step by its place: it reads from, waits for and is gated on earlier ones. */
interface Shape {
  readonly reads: readonly number[];
  readonly after: readonly number[];
  readonly gates: readonly { on: number; operator: Condition['operator']; bound: number | { on: number } }[];
}

const nameOf = (index: number) => `step-${index}`;
const metric = (index: number) => ({ step: nameOf(index), output: 'metrics', name: 'a u.c' });

export function documentOf(shapes: readonly Shape[], order: readonly number[] = [...shapes.keys()]): PipelineDocument {
  const steps = shapes.map(({ reads, after, gates }, index) => ({
    name: nameOf(index),
    runner: { language: 'typescript', module: 'src/step.ts' },
    paramsKey: nameOf(index),
    inputs: Object.fromEntries(
      reads.map((from) => [`from${from}`, { kind: 'metrics', from: [{ step: nameOf(from), output: 'metrics' }] }]),
    ),
    outputs: { metrics: { kind: 'metrics', path: 'metrics.json', metrics: ['a u.c'] } },
    when: gates.map(({ on, operator, bound }) => ({
      metric: metric(on),
      operator,
      bound: typeof bound === 'number' ? bound : metric(bound.on),
    })),
    after: after.map(nameOf),
  }));
  return checkDocument({ version: '1.0', name: 'random', params: {}, steps: order.map((index) => steps[index]) });
}

/** Up to 12 steps, in any order of definition. */
export const documents: fc.Arbitrary<PipelineDocument> = fc.integer({ min: 0, max: 12 }).chain((count) =>
  fc
    .tuple(
      fc.tuple(...Array.from({ length: count }, (_, index) => shapeAt(index))),
      fc.shuffledSubarray(
        Array.from({ length: count }, (_, index) => index),
        { minLength: count },
      ),
    )
    .map(([shapes, order]) => documentOf(shapes, order)),
);

function shapeAt(index: number): fc.Arbitrary<Shape> {
  if (index === 0) return fc.constant({ reads: [], after: [], gates: [] });
  const earlier = fc.nat({ max: index - 1 });
  const gate = fc.record({
    on: earlier,
    operator: fc.constantFrom('>=', '>', '<=', '<'),
    bound: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.record({ on: earlier })),
  });
  return fc.record({
    reads: fc.uniqueArray(earlier, { maxLength: 2 }),
    after: fc.uniqueArray(earlier, { maxLength: 1 }),
    gates: fc.array(gate, { maxLength: 2 }),
  });
}

/** 40 steps, a third of them gated, gates within what gates may skip. */
export function stressDocument(): PipelineDocument {
  const shapes = Array.from({ length: 40 }, (_, index): Shape => {
    const half = Math.floor(index / 2);
    const gated = index > 3 && index % 3 === 0;
    return {
      reads: index === 0 ? [] : [...new Set([half, (index * 7) % index])].filter((from) => from < index),
      after: index % 5 === 4 ? [index - 3] : [],
      gates: gated ? [{ on: index - 3, operator: '>=', bound: index % 2 ? 2 : { on: half } }] : [],
    };
  });
  return documentOf(shapes);
}
