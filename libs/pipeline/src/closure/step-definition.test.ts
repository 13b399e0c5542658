import { expect, test } from 'vitest';
import { checkDocument } from '../document/check-document.ts';
import { stepDefinition } from './step-definition.ts';

const train = {
  name: 'train',
  runner: { language: 'python', module: 'train.py', requirements: 'requirements.txt' },
  paramsKey: 'train',
  inputs: {},
  outputs: { metrics: { kind: 'metrics', path: 'metrics.json', metrics: ['auc'] } },
};
const register = { ...train, name: 'register', paramsKey: 'register', outputs: {} };

function definitionOf(more: object, trials = 20): string {
  const params = { register: { properties: { trials: { type: 'integer', default: trials } } } };
  const steps = [train, { ...register, ...more }];
  const document = checkDocument({ version: '1.0', name: 'sales', params, steps });
  return stepDefinition(document, document.steps[1] as (typeof document.steps)[number]);
}

const gate = (bound: number) => ({
  when: [{ metric: { step: 'train', output: 'metrics', name: 'auc' }, operator: '>=', bound }],
});

test('gates, wiring, fixed values and defaults of a Python step are in it', () => {
  const metrics = { metrics: { kind: 'metrics', from: [{ step: 'train', output: 'metrics' }] } };
  const different = [
    definitionOf({}),
    definitionOf({}, 30),
    definitionOf(gate(0.7)),
    definitionOf(gate(0.8)),
    definitionOf({ fixedParams: { trials: 5 } }),
    definitionOf({ inputs: metrics }),
  ];
  expect(new Set(different).size).toBe(different.length);
});

test('where and how often it runs is not', () => {
  const where = { resources: { cpu: 8 }, retry: { attempts: 3 }, timeout: '1h', spot: true, description: 'Registers' };
  expect(definitionOf(where)).toBe(definitionOf({}));
});
