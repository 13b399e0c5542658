import { expect, test } from 'vitest';
import { refuseClash } from './refuse-clash.ts';
import { stepFiles, type StepKind } from './step-files.ts';

const refuse = (name: string, kind: StepKind) => {
  const language = kind === 'train' ? 'python' : 'typescript';
  refuseClash(name, stepFiles({ name, kind, language, model: 'sales' }, { name: 'rows', kind: 'parquet' }));
};

test.each(['import', 'delete', 'package', 'await'])('%s is a word of TypeScript', (name) => {
  expect(() => refuse(name, 'transform')).toThrow(
    `a step can't be called '${name}': '${name}' is a word of TypeScript`,
  );
});

test.each([
  ['metrics', 'check', "metrics.ts has another 'metrics'"],
  ['read-file', 'transform', "read-file.run.ts has another 'readFile'"],
  ['mean', 'evaluate', "mean.run.ts has another 'mean'"],
  ['quoted', 'ingest', "quoted.run.ts has another 'quoted'"],
] as const)('%s, of kind %s, is told where it clashes', (name, kind, message) => {
  expect(() => refuse(name, kind)).toThrow(message);
});

test.each([
  ['metrics', 'transform'],
  ['clean', 'check'],
  ['of', 'train'],
  ['type', 'ingest'],
] as const)('%s, of kind %s, is a name', (name, kind) => {
  expect(() => refuse(name, kind)).not.toThrow();
});
