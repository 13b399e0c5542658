import { definePipeline, defineStep, json, many, metrics, python } from '@ml-platform/pipeline';
import { z } from 'zod';

const list = defineStep({
  name: 'list',
  description: 'Numbers to work on, and the level that gates ask for: 2 opens all, 1 the outer ones, 0 none',
  params: z.strictObject({ length: z.int().min(0).default(50), level: z.int().min(0).max(2).default(2) }),
  outputs: { numbers: json(), metrics: metrics('level', 'deficit') },
  run: () => import('./list.run.ts'),
});
const square = defineStep({
  name: 'square',
  params: z.strictObject({ number: z.int() }),
  outputs: { squared: json() },
  timeout: '10m',
  run: () => import('./square.run.ts'),
});
const gather = defineStep({
  name: 'gather',
  inputs: { parts: many(json()), level: metrics('level', 'deficit') },
  outputs: { all: json(), metrics: metrics('sum') },
  run: () => import('./gather.run.ts'),
});
const total = defineStep({
  name: 'total',
  inputs: { all: json() },
  outputs: { total: json() },
  retry: { attempts: 2, backoff: '10s' },
  run: python('total.py'),
});

const mixing = {
  params: z.strictObject({ salt: z.string().default('') }),
  inputs: { parts: many(json()) },
  outputs: { value: json(), metrics: metrics('level', 'deficit', 'score') },
  run: () => import('./mix.run.ts'),
};
const mix = defineStep({ name: 'mix', ...mixing });
const judge = defineStep({
  name: 'judge',
  ...mixing,
  params: z.strictObject({ salt: z.string().default('judge'), strict: z.boolean().default(false) }),
});
const training = {
  ...mixing,
  resources: { cpu: 4, memory: '16Gi', disk: '100Gi', accelerator: { type: 'nvidia-t4', count: 1 } },
  retry: { attempts: 3, backoff: '30s', factor: 2 },
  timeout: '2h',
  spot: true,
} as const;
const train = defineStep({ name: 'train', ...training });
const tune = defineStep({
  name: 'tune',
  ...training,
  params: z.strictObject({ salt: z.string().default(''), rate: z.number().default(1) }),
  tune: { metric: 'metrics.score', goal: 'maximize', trials: 3, search: { rate: { min: 0.1, max: 10, scale: 'log' } } },
});
const publish = defineStep({ name: 'publish', ...mixing, cache: false });

/** 40 steps: a loop of 50, fan-outs known beforehand, gates within gates, and all that a step can ask for. */
export default definePipeline(
  'stress',
  ({ add, each }) => {
    const source = add(list);
    const squares = each(square, 'number', source.numbers);
    const gathered = add(gather, { parts: squares.squared, level: source.metrics });
    const totalled = add(total, { all: gathered.all });
    const first = each(mix, 'salt', ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], { parts: [totalled.total] });
    const joined = add(mix, { parts: first.value }, { name: 'join-first' });

    const level = source.metrics.get('level');
    const deficit = source.metrics.get('deficit');
    const trained = each(
      train,
      'salt',
      ['small', 'large', 'deep'],
      { parts: [joined.value, totalled.total] },
      { when: level.atLeast(1) },
    );
    const best = add(mix, { parts: trained.value }, { name: 'best' });
    const inner = { when: [best.metrics.get('level').above(1), best.metrics.get('deficit').below(1)] };
    const tuned = add(tune, { parts: [best.value] }, { name: 'tune-best', ...inner });
    const checked = add(judge, { parts: [tuned.value, joined.value] }, { name: 'check-best' });
    add(
      publish,
      { parts: [checked.value] },
      { name: 'release', when: checked.metrics.get('deficit').atMost(0), after: ['gather'] },
    );

    const other = add(mix, { parts: [joined.value] }, { name: 'other', when: deficit.below(2) });
    const rival = add(
      mix,
      { parts: [other.value] },
      { name: 'rival', when: other.metrics.get('level').above(deficit) },
    );
    const both = add(judge, { parts: [rival.value, best.value] }, { name: 'compare' });
    add(mix, { parts: [both.value] }, { name: 'compare-again', when: both.metrics.get('level').atLeast(2) });

    const second = each(
      mix,
      'salt',
      ['i', 'j', 'k', 'l', 'm', 'n', 'o', 'p'],
      { parts: [joined.value] },
      { name: 'left' },
    );
    const third = add(mix, { parts: second.value }, { name: 'join-second' });
    const chain = ['one', 'two', 'three', 'four'].reduce(
      (before, name) => add(mix, { parts: [before.value] }, { name: `chain-${name}`, after: ['list'] }),
      third,
    );
    add(publish, { parts: [chain.value, gathered.all] }, { name: 'announce', after: ['join-first'] });
    const summed = add(
      mix,
      { parts: [chain.value, third.value, joined.value] },
      { name: 'summary', params: { salt: 'end' } },
    );
    add(publish, { parts: [summed.value] }, { name: 'archive', after: ['announce'] });
  },
  {
    description: 'All that a pipeline can ask of an engine',
    labels: { team: 'platform', tier: 'test' },
    schedule: { cron: '30 4 * * 1', timezone: 'Europe/Berlin' },
  },
);
