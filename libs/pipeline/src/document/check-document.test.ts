import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkDocument, stepOrder, upstream } from './check-document.ts';
import { DOCUMENT_VERSION } from './document.ts';

const runner = { language: 'python', module: 'a.py', requirements: 'requirements.txt' };

function step(name: string, more: object = {}) {
  return {
    name,
    runner,
    paramsKey: name,
    inputs: {},
    outputs: { table: { kind: 'parquet', path: 'table.parquet' } },
    ...more,
  };
}

function document(...steps: object[]) {
  return { version: DOCUMENT_VERSION, name: 'flights', params: {}, steps };
}

function tuneCases(): [string, object, string][] {
  const metric = { output: 'quality', name: 'auc' };
  const outputs = { quality: { kind: 'metrics', path: 'quality.json', metrics: ['auc'] } };
  const tuned = (search: object, more: object = {}) => ({
    ...document(step('one', { outputs, tune: { metric, goal: 'maximize', trials: 2, search, ...more } })),
    params: { one: { properties: { rate: { type: 'number' } } } },
  });
  const rate = { min: 0.1, max: 1 };
  return [
    ['a search for no parameter', tuned({ rat: rate }), "tune searches 'rat', which is no parameter of it"],
    ['an empty range', tuned({ rate: { min: 1, max: 1 } }), "tune searches 'rate' from 1 to 1"],
    ['a log scale from 0', tuned({ rate: { min: 0, max: 1, scale: 'log' } }), "'rate' from 0 on a log scale"],
    [
      'a search by no metric',
      tuned({ rate }, { metric: { output: 'quality', name: 'f1' } }),
      "metric 'f1' isn't declared",
    ],
  ];
}

const from = (name: string, output = 'table') => [{ step: name, output }];

test.each([
  ['an unknown version', { ...document(), version: '9' }, 'version'],
  ['an unknown key', { ...document(), stepz: [] }, 'Unrecognized key'],
  ['two steps of one name', document(step('one'), step('one')), "two steps named 'one'"],
  [
    'a dangling input',
    document(step('one', { inputs: { rows: { kind: 'csv', from: from('two') } } })),
    "no output 'table' of a step 'two'",
  ],
  [
    'an input of another kind',
    document(step('one'), step('two', { inputs: { rows: { kind: 'csv', from: from('one') } } })),
    "input 'rows' takes csv, but 'one.table' is parquet",
  ],
  [
    'two sources for one file',
    document(
      step('one'),
      step('two', { inputs: { rows: { kind: 'parquet', from: [...from('one'), ...from('one')] } } }),
    ),
    'has 2 sources',
  ],
  [
    'a gate on a file',
    document(
      step('one'),
      step('two', { when: [{ metric: { step: 'one', output: 'table', name: 'auc' }, operator: '>', bound: 1 }] }),
    ),
    "a gate reads metrics, but 'one.table' is parquet",
  ],
  [
    'a gate on a metric of a loop',
    document(
      step('one', { outputs: { list: { kind: 'json', path: 'list.json' } } }),
      step('two', {
        forEach: { param: 'item', from: { step: 'one', output: 'list' } },
        outputs: { quality: { kind: 'metrics', path: 'quality.json', metrics: ['auc'] } },
      }),
      step('three', { when: [{ metric: { step: 'two', output: 'quality', name: 'auc' }, operator: '>', bound: 1 }] }),
    ),
    "a gate reads one number, but 'two' runs once per item of a list",
  ],
  ...tuneCases(),
  ['a missing predecessor', document(step('one', { after: ['two'] })), "'after' names 'two'"],
  ['a cycle', document(step('one', { after: ['two'] }), step('two', { after: ['one'] })), 'one → two → one'],
])('%s is refused', (_, value, message) => {
  expect(() => checkDocument(value)).toThrow(message);
});

test('whatever the order of definition, each step comes after what it needs', () => {
  const acyclic = fc
    .integer({ min: 1, max: 12 })
    .chain((size) =>
      fc.tuple(
        fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: size, maxLength: size }),
        fc.shuffledSubarray([...Array(size).keys()], { minLength: size }),
      ),
    );
  fc.assert(
    fc.property(acyclic, ([edges, order]) => {
      const steps = edges.map((needed, index) =>
        step(`s-${index}`, { after: index === 0 ? [] : needed.map((one) => `s-${one % index}`) }),
      );
      const checked = checkDocument(document(...order.map((index) => steps[index] as object)));
      const names = stepOrder(checked).map(({ name }) => name);
      expect(new Set(names).size).toBe(steps.length);
      for (const one of checked.steps) {
        for (const needed of upstream(one)) expect(names.indexOf(needed)).toBeLessThan(names.indexOf(one.name));
      }
    }),
  );
});
