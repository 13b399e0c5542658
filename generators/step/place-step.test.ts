import { expect, test } from 'vitest';
import { type Placement, placeStep, type Source } from './place-step.ts';

const outputOf = (step: string, output: string): Source => ({
  step,
  output,
  isIt: (addition, imports) => (addition.name ?? imports.get(addition.step)?.replace(/^.*\/(.*)\.ts$/, '$1')) === step,
});

const place = (text: string, inputs: Record<string, Source> = {}, gate?: Placement['gate']) =>
  placeStep(text, {
    path: 'apps/sales/src/pipeline.ts',
    exported: 'clean',
    module: './steps/clean.ts',
    inputs,
    ...(gate && { gate }),
  });

const SALES = `import { definePipeline } from '@ml-platform/pipeline';
import { ingest } from './steps/ingest.ts'; // first
import { train } from './steps/train.ts';

/** All sales. */
export default definePipeline('sales', ({ add }) => {
  const raw = add(ingest); // what comes in

  // Then the model.
  add(train, { features: raw.sales },   { when: raw.metrics.get('rows').above(5) });
});
`;

test('a step goes behind the one that it reads from; comments and odd formatting stay', () => {
  expect(place(SALES, { sales: outputOf('ingest', 'sales') })).toBe(
    SALES.replace('import { ingest }', "import { clean } from './steps/clean.ts';\nimport { ingest }").replace(
      'what comes in\n',
      'what comes in\n  add(clean, { sales: raw.sales });\n',
    ),
  );
});

test('what a call gives is named where it had no name', () => {
  const placed = place(SALES, { model: outputOf('train', 'model'), metrics: outputOf('train', 'metrics') });
  expect(placed).toContain('  const trainOutputs = add(train, { features: raw.sales },   { when:');
  expect(placed).toContain(
    'above(5) });\n  add(clean, { model: trainOutputs.model, metrics: trainOutputs.metrics });\n});\n',
  );
});

test('an output that is taken apart is used under its name, or taken out as well', () => {
  const apart = SALES.replace('const raw = add(ingest);', 'const { sales: all, metrics } = add(ingest);');
  expect(place(apart, { sales: outputOf('ingest', 'sales') })).toContain('  add(clean, { sales: all });\n');
  const more = place(apart, { rest: outputOf('ingest', 'rest'), metrics: outputOf('ingest', 'metrics') });
  expect(more).toContain('const { sales: all, metrics, rest } = add(ingest);');
  expect(more).toContain('  add(clean, { rest, metrics });\n');
});

test('a gate asks for a metric, of a step that may be another one', () => {
  const gate = { metrics: outputOf('train', 'metrics'), metric: 'skill' };
  const placed = place(SALES, { model: outputOf('ingest', 'model') }, gate);
  expect(placed).toContain(
    "above(5) });\n  add(clean, { model: raw.model }, { when: trainOutputs.metrics.get('skill').above(0) });\n});\n",
  );
});

test('a gate of what the step reads as well asks for it once; a call too long for a line has one per argument', () => {
  const taken = SALES.replace('  add(train,', '  const { model } = add(train,');
  const gate = { metrics: outputOf('train', 'metrics'), metric: 'skill' };
  const inputs = { model: outputOf('train', 'model'), metrics: outputOf('train', 'metrics') };
  expect(place(taken, inputs, gate)).toContain(
    "  add(clean, { model, metrics: trainMetrics }, { when: trainMetrics.get('skill').above(0) });\n",
  );
  const name = 'whatever'.repeat(8);
  const long = place(taken.replace('{ model }', `{ model: ${name} }`), inputs, gate);
  expect(long).toContain(`, metrics: trainMetrics } = add(train`);
  expect(long).toContain(
    `  add(\n    clean,\n    { model: ${name}, metrics: trainMetrics },\n    { when: trainMetrics.get('skill').above(0) },\n  );\n`,
  );
});

test('names that are taken are left to who has them', () => {
  const taken = SALES.replace('const raw', 'const clean').replaceAll('raw.', 'clean.');
  const placed = place(taken, { sales: outputOf('ingest', 'sales') });
  expect(placed).toContain("import { clean as cleanStep } from './steps/clean.ts';");
  expect(placed).toContain('  add(cleanStep, { sales: clean.sales });\n');
});

test('a second time, nothing changes', () => {
  const once = place(SALES, { sales: outputOf('ingest', 'sales') });
  expect(place(once, { sales: outputOf('ingest', 'sales') })).toBe(once);
});

test.each([
  ['({ add }) => {}', '({ add }) => {\n  add(clean);\n}'],
  ['() => {}', '({ add }) => {\n  add(clean);\n}'],
  ['({ each }) => {\n  each();\n}', '({ each, add }) => {\n  each();\n  add(clean);\n}'],
  ['({ add: put }) => {\n}', '({ add: put }) => {\n  put(clean);\n}'],
  ['(builder) => {\n  builder.add(ingest);\n}', '(builder) => {\n  builder.add(ingest);\n  builder.add(clean);\n}'],
  ['({ add }) => void add(ingest)', '({ add }) => {\n  add(ingest);\n  add(clean);\n}'],
  ['function ({ add }) {\n  add(ingest);\n}', 'function ({ add }) {\n  add(ingest);\n  add(clean);\n}'],
])('%s', (builder, expected) => {
  expect(place(`export default definePipeline('sales', ${builder});\n`)).toBe(
    `import { clean } from './steps/clean.ts';\nexport default definePipeline('sales', ${expected});\n`,
  );
});

test('a call that is too long for a line gets several', () => {
  const names = Array.from({ length: 8 }, (_, index) => `aRatherLongInput${index}`);
  const placed = place(SALES, Object.fromEntries(names.map((name) => [name, outputOf('ingest', name)])));
  expect(placed).toContain('  add(clean, {\n    aRatherLongInput0: raw.aRatherLongInput0,\n');
  expect(placed).toContain('aRatherLongInput7: raw.aRatherLongInput7,\n  });\n');
});

test.each([
  [
    'a step that no call of its own adds',
    SALES.replace('add(train', 'void [add(train').replace('5) })', '5) })]'),
    'train',
  ],
  ['a step that is not there', SALES, 'evaluate'],
])('%s is told', (_, text, step) => {
  expect(() => place(text, { model: outputOf(step, 'model') })).toThrow(
    `apps/sales/src/pipeline.ts has no call of its own that adds step '${step}'`,
  );
});

test('a file without a pipeline, or that does not parse, is told with its place', () => {
  expect(() => place('export const x = 1;\n')).toThrow('has no definePipeline(');
  expect(() => place('const a = ;\n')).toThrow('apps/sales/src/pipeline.ts:1:11: Expression expected.');
});
