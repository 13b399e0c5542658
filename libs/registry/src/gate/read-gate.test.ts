import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readGate } from './read-gate.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gate-'));
  file = path.join(folder, 'gate.yaml');
});
afterEach(() => rm(folder, { recursive: true }));

test('reads what a model has to be', async () => {
  await writeFile(file, 'model: sales\nmetrics:\n  auc: { better: higher, atLeast: 0.65, mayLose: 0.005 }\n');
  expect(readGate(file)).toEqual({
    model: 'sales',
    metrics: { auc: { better: 'higher', atLeast: 0.65, mayLose: 0.005 } },
  });
});

test.each([
  [
    'model: sales\nmetrics:\n  auc: { beter: higher }\n',
    'no such key',
    ':3: metrics.auc.beter: ',
    "did you mean 'better'?",
  ],
  [
    'model: sales\nmetrics:\n  auc:\n    better: more\n',
    'expected one of "higher"|"lower"',
    ':4: metrics.auc.better: ',
  ],
  [
    'model: sales\nmetrics:\n  auc: { better: higher }\n',
    'expected a limit: atLeast, atMost or mayLose',
    ':3: metrics.auc: ',
  ],
  ['model: sales\nmetrics:\n  auc: { better: higher, mayLose: -1 }\n', 'Too small', ':3: metrics.auc.mayLose: '],
  ['model: sales\nmetrics:\n  auc: { better: higher, atLeast: 2, atMost: 1 }\n', 'no value is', ':3: metrics.auc: '],
  ['model: sales\nmetrics: {}\n', 'expected a metric', ':2: metrics: '],
  ['metrics:\n  auc: { better: lower, atMost: 1 }\n', 'expected string, received undefined', ':1: model: '],
  ['model: [\n', '', ':2: '],
  ['', 'expected object, received null', ':1: '],
])('%j is told with line and key', async (text, message, where, hint = 'docs/models.md says what stands in it') => {
  await writeFile(file, text);
  expect(() => readGate(file)).toThrow(
    expect.objectContaining({
      code: 'config',
      hint,
      message: expect.stringMatching(new RegExp(`(^|\\n)${escaped(file + where)}.*${escaped(message)}`)),
    }),
  );
});

test('a gate that is not there is told', () => {
  expect(() => readGate(file)).toThrow(expect.objectContaining({ code: 'notFound' }));
});

function escaped(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}
