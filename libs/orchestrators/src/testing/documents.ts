import { checkDocument, type Condition, loadPipeline, type PipelineDocument, toDocument } from '@ml-platform/pipeline';
import fc from 'fast-check';
import { fileURLToPath } from 'node:url';
import type { Feature } from '../features.ts';

/** A step by its place: it reads from, waits for and is gated on earlier ones. */
interface Shape {
  readonly reads: readonly number[];
  readonly after: readonly number[];
  readonly gates: readonly { on: number; operator: Condition['operator']; bound: number | { on: number } }[];
  /** Fields of the step's document besides those of the graph. */
  readonly more?: Readonly<Record<string, unknown>>;
}

const nameOf = (index: number) => `step-${index}`;
const metric = (index: number) => ({ step: nameOf(index), output: 'metrics', name: 'a u.c' });

export function documentOf(
  shapes: readonly Shape[],
  order: readonly number[] = [...shapes.keys()],
  pipeline: Readonly<Record<string, unknown>> = {},
): PipelineDocument {
  const params: Record<string, unknown> = {};
  const steps = shapes.map(({ reads, after, gates, more = {} }, index) => {
    const { withParams, ...fields } = more;
    if (withParams) params[nameOf(index)] = { type: 'object', properties: { rate: { type: 'number', default: 0.1 } } };
    return {
      name: nameOf(index),
      runner: { language: 'typescript', module: 'src/step.ts' },
      paramsKey: nameOf(index),
      inputs: Object.fromEntries(
        reads.map((from) => [
          `from${from}`,
          { kind: 'metrics', many: true, from: [{ step: nameOf(from), output: 'metrics' }] },
        ]),
      ),
      outputs: {
        metrics: { kind: 'metrics', path: 'metrics.json', metrics: ['a u.c'] },
        list: { kind: 'json', path: 'list.json' },
      },
      when: gates.map(({ on, operator, bound }) => ({
        metric: metric(on),
        operator,
        bound: typeof bound === 'number' ? bound : metric(bound.on),
      })),
      after: after.map(nameOf),
      ...fields,
    };
  });
  return checkDocument({
    version: '1.0',
    name: 'random',
    params,
    steps: order.map((index) => steps[index]),
    ...pipeline,
  });
}

/** Up to 12 steps, in any order of definition, that ask for nothing but these features. */
export function documentsWith(features: readonly Feature[]): fc.Arbitrary<PipelineDocument> {
  const has = (feature: Feature) => features.includes(feature);
  const pipeline = fc.record(
    {
      ...(has('labels') && { labels: fc.constant({ team: 'growth' }) }),
      ...(has('schedule') && { schedule: fc.constant({ cron: '30 4 * * 1', timezone: 'Europe/Berlin' }) }),
    },
    { requiredKeys: [] },
  );
  return fc.integer({ min: 1, max: 12 }).chain((count) =>
    fc
      .tuple(
        fc.tuple(...Array.from({ length: count }, (_, index) => shapeAt(index, has))),
        fc.shuffledSubarray(
          Array.from({ length: count }, (_, index) => index),
          { minLength: count },
        ),
        pipeline,
      )
      .map(([shapes, order, more]) => documentOf(sound(shapes), order, more)),
  );
}

function shapeAt(index: number, has: (feature: Feature) => boolean): fc.Arbitrary<Shape> {
  const earlier = fc.nat({ max: Math.max(0, index - 1) });
  const gate = fc.record({
    on: earlier,
    operator: fc.constantFrom('>=', '>', '<=', '<'),
    bound: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.record({ on: earlier })),
  });
  const upTo = (most: number) => ({ maxLength: index === 0 ? 0 : most });
  return fc.record({
    reads: fc.uniqueArray(earlier, upTo(2)),
    after: fc.uniqueArray(earlier, upTo(has('after') ? 1 : 0)),
    gates: fc.array(gate, upTo(has('gates') ? 2 : 0)),
    more: fieldsAt(index, has),
  });
}

/** Each field half of the time. */
const tune = {
  metric: { output: 'metrics', name: 'a u.c' },
  goal: 'maximize',
  trials: 3,
  search: { rate: { min: 0.01, max: 1, scale: 'log' } },
};

function fieldsAt(index: number, has: (feature: Feature) => boolean): fc.Arbitrary<Record<string, unknown>> {
  const accelerator = fc.constant({ type: 'nvidia-t4', count: 1 });
  const resources = fc.record(
    {
      ...(has('cpu') && { cpu: fc.constantFrom(1, 2, 4) }),
      ...(has('memory') && { memory: fc.constantFrom('2Gi', '8Gi') }),
      ...(has('disk') && { disk: fc.constantFrom('50Gi', '100Gi') }),
      ...(has('accelerator') && { accelerator }),
    },
    { requiredKeys: [] },
  );
  const loop = fc.nat({ max: Math.max(0, index - 1) }).map((from) => ({
    param: 'item',
    from: { step: nameOf(from), output: 'list' },
  }));
  const python = { language: 'python', module: 'src/step.py', requirements: 'requirements.txt' };
  return fc.record(
    {
      runner: fc.constant(python),
      resources,
      ...(has('params') && { withParams: fc.constant(true) }),
      ...(has('params') && has('tune') && { tune: fc.constant(tune) }),
      ...(has('loop') && index > 0 && { forEach: loop }),
      ...(has('retry') && { retry: fc.constantFrom({ attempts: 3, backoff: '30s', factor: 2 }, { attempts: 2 }) }),
      ...(has('timeout') && { timeout: fc.constantFrom('10m', '2h') }),
      ...(has('spot') && { spot: fc.constant(true) }),
      ...(has('uncached') && { cache: fc.constant(false) }),
    },
    { requiredKeys: [] },
  );
}

/** What loops has no one number for a gate, and no one list for another loop. */
function sound(shapes: readonly Shape[]): Shape[] {
  const loops = new Set<string>();
  return shapes.map(({ gates, more = {}, ...shape }, index) => {
    const { forEach, tune: search, ...rest } = more as { forEach?: { from: { step: string } }; tune?: object };
    const tuned = search && { withParams: true, tune: search };
    const keeps = forEach !== undefined && !loops.has(forEach.from.step);
    if (keeps) loops.add(nameOf(index));
    const isOne = (on: number) => !loops.has(nameOf(on));
    return {
      ...shape,
      gates: gates.filter(({ on, bound }) => isOne(on) && (typeof bound === 'number' || isOne(bound.on))),
      more: keeps ? { ...rest, forEach } : { ...rest, ...tuned },
    };
  });
}

/** 40 steps that ask for every feature (see `stress/pipeline.ts`). */
export async function stressDocument(): Promise<PipelineDocument> {
  return toDocument(await loadPipeline(fileURLToPath(new URL('./stress/pipeline.ts', import.meta.url))));
}

/** 40 steps, a third of them gated, gates within what gates may skip. */
export function meshDocument(): PipelineDocument {
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
